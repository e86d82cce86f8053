using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class ChargebeeProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new ChargebeeProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => ["Basic", "Basic ", "Basic %%%", "Bearer dTpw", "dTpw"];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override string Secret => "chargebee:pässword:with-colon";

    protected override string OtherSecret => "chargebee:another-password";

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));

    [Fact]
    public void Scheme_is_known_in_any_case()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret));

        Assert.True(Verify(request, Secret).IsValid);
    }

    [Fact]
    public void Secret_without_a_colon_is_told() =>
        Assert.Contains(Provider.Validate(SourceWith("password-alone")), finding => finding.Contains("user:password", StringComparison.Ordinal));

    [Fact]
    public void Invoice_that_is_not_paid_in_full_is_not_told_as_paid()
    {
        var webhook = Read("""{"id":"ev_1","event_type":"payment_succeeded","content":{"transaction":{"id":"txn_1","amount":100,"currency_code":"USD"},"invoice":{"id":"1","status":"payment_due"}}}""");

        Assert.Equal("PaymentCompleted", Assert.Single(webhook.Events).Name);
    }
}
