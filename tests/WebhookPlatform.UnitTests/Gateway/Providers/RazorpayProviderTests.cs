using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class RazorpayProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new RazorpayProvider();

    protected override string ProofHeader => "X-Razorpay-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Theory]
    [InlineData("sdfafds")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void Header_that_is_no_signature_is_a_wrong_one(string header)
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = header;

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Event_id_is_the_headers_even_when_the_body_cannot_be_read()
    {
        var webhook = Read("[", ("X-Razorpay-Event-Id", "evt_1"));

        Assert.Equal(("evt_1", "unknown"), (webhook.EventId, webhook.EventType));
    }
}
