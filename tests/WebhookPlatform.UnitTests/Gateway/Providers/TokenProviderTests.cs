using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class TokenProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new TokenProvider();

    protected override string ProofHeader => "X-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = secret;

    [Fact]
    public void Empty_token_is_never_accepted() => Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);

    [Theory]
    [InlineData("abc123xyz", true)]
    [InlineData("Bearer abc123xyz", true)]
    [InlineData("bearer abc123xyz", true)]
    [InlineData("Basic abc123xyz", false)]
    [InlineData("abc123xy", false)]
    [InlineData("abc123xyzz", false)]
    [InlineData("ABC123XYZ", false)]
    public void Authorization_takes_the_token_alone_or_as_bearer(string header, bool accepted)
    {
        var request = SignedRequest(Body, "unused");
        request.Headers.Authorization = header;

        Assert.Equal(accepted, Provider.Verify(request, SourceWith("abc123xyz") with { Header = "Authorization" }, Now).IsValid);
    }

    [Fact]
    public void Body_of_a_shop_becomes_a_completed_payment_by_its_mapping()
    {
        var rule = new MappingRule(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["event"] = "payment_success" },
            nameof(PaymentCompleted),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PaymentId"] = "orderId", ["Amount"] = "amount", ["Currency"] = "currency" });
        var source = SourceWith("abc123xyz") with { Mapping = FieldMapping.None with { Rules = [rule] } };
        var request = SignedRequest("""{"event":"payment_success","orderId":"ord_1","amount":4200,"currency":"USD"}"""u8.ToArray(), "abc123xyz");

        var webhook = Provider.Read(request, source);

        Assert.Equal(("payment_success", "ord_1"), (webhook.EventType, webhook.Subject));
        var metadata = new EventMetadata(Guid.Empty, Now, Now, "shop", "token", "x", Guid.Empty, "ord_1");
        Assert.Equal(new PaymentCompleted(metadata, "ord_1", new Money(4200, "USD")), Assert.Single(webhook.Events).Create(metadata));
    }
}
