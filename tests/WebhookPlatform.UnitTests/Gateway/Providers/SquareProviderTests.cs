using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class SquareProviderTests : SigningProviderContract
{
    private const string Url = "https://hooks.example.com/webhooks/shop?tenant=1";

    protected override IWebhookProvider Provider { get; } = new SquareProvider();

    protected override string ProofHeader => "x-square-hmacsha256-signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override Source Configure(Source source) => source with { PublicUrl = Url };

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(Url), .. body]));

    [Theory]
    [InlineData("https://hooks.example.com/webhooks/shop")]
    [InlineData("https://hooks.example.com/webhooks/shop?tenant=2")]
    [InlineData("http://hooks.example.com/webhooks/shop?tenant=1")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_url_than_the_one_that_was_signed_is_a_mismatch(string? url) =>
        Assert.Equal(VerificationFailure.SignatureMismatch, Provider.Verify(SignedRequest(Body, Secret), SourceWith(Secret) with { PublicUrl = url }, Now).Failure);

    [Fact]
    public void Url_that_was_called_counts_where_it_is_known() =>
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(Body, Secret) with { Url = "https://elsewhere.example.com/" }, Secret).Failure);

    [Fact]
    public void Source_without_its_public_url_is_told_to_set_it() =>
        Assert.Contains(Provider.Validate(SourceWith(Secret) with { PublicUrl = null }), finding => finding.Contains("PublicUrl", StringComparison.Ordinal));

    [Fact]
    public void Payment_told_again_by_a_later_update_is_the_same_event()
    {
        static string Payment(string eventId, int version) =>
            $$$$"""{"event_id":"{{{{eventId}}}}","type":"payment.updated","data":{"id":"P1","object":{"payment":{"id":"P1","status":"COMPLETED","amount_money":{"amount":100,"currency":"USD"},"version":{{{{version}}}} } } } }""";

        var first = Assert.Single(Read(Payment("e1", 1)).Events);
        var second = Assert.Single(Read(Payment("e2", 2)).Events);

        Assert.Equal((first.Name, first.Key), (second.Name, second.Key));
        Assert.NotNull(first.Key);
    }
}
