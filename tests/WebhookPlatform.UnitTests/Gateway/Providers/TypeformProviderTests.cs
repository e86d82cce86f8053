using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class TypeformProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new TypeformProvider();

    protected override string ProofHeader => "Typeform-Signature";

    protected override IReadOnlyList<string> MalformedProofs => ["abc", "sha1=abc", "SHA256=abc", "=", "sha256"];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = "sha256=" + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Hexadecimal_signature_is_a_wrong_one()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Body));

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Response_without_its_token_gives_no_event()
    {
        var webhook = Read("""{"event_id":"e1","event_type":"form_response","form_response":{"form_id":"f1"}}""");

        Assert.Equal(("e1", "form_response", "f1"), (webhook.EventId, webhook.EventType, webhook.Subject));
        Assert.Empty(webhook.Events);
    }
}
