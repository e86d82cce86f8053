using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class CoinbaseCommerceProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new CoinbaseCommerceProvider();

    protected override string ProofHeader => "X-CC-Webhook-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Another_attempt_is_the_same_event() =>
        Assert.Equal(Read(Charge("12.50", "USD", attempt: 1)).EventId, Read(Charge("12.50", "USD", attempt: 2)).EventId);

    [Theory]
    [InlineData("12.50", "USD", 1250)]
    [InlineData("1250", "JPY", 1250)]
    [InlineData("1.250", "KWD", 1250)]
    public void Price_is_told_in_the_currencys_minor_unit(string amount, string currency, long expected)
    {
        var metadata = new EventMetadata(Guid.Empty, Now, Now, "s", "p", "e", Guid.Empty, "x");

        var payment = Assert.IsType<PaymentCompleted>(Assert.Single(Read(Charge(amount, currency)).Events).Create(metadata));

        Assert.Equal(new Money(expected, currency), payment.Amount);
    }

    [Theory]
    [InlineData("0.5", "BTC")]
    [InlineData("12.505", "USD")]
    [InlineData("-1", "USD")]
    [InlineData("1", "USDC")]
    public void Price_that_is_no_amount_of_a_currency_gives_no_event(string amount, string currency) =>
        Assert.Empty(Read(Charge(amount, currency)).Events);

    private static string Charge(string amount, string currency, int attempt = 1) =>
        $$$$"""{"attempt_number":{{{{attempt}}}},"event":{"id":"e1","type":"charge:confirmed","data":{"id":"c1","pricing":{"local":{"amount":"{{{{amount}}}}","currency":"{{{{currency}}}}"} } } } }""";
}
