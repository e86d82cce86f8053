using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class DocuSignProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new DocuSignProvider();

    protected override string ProofHeader => "X-DocuSign-Signature-1";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = Signature(body, secret);

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Signature_of_any_active_key_is_enough(int number)
    {
        var request = SignedRequest(Body, OtherSecret);
        request.Headers[$"X-DocuSign-Signature-{number}"] = Signature(Body, Secret);

        Assert.Equal(Verification.Valid(0), Verify(request, Secret));
    }

    [Fact]
    public void First_key_may_be_gone()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-DocuSign-Signature-2"] = request.Headers[ProofHeader];
        request.Headers.Remove(ProofHeader);

        Assert.Equal(Verification.Valid(0), Verify(request, Secret));
    }

    [Fact]
    public void Repeated_second_signature_is_refused()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-DocuSign-Signature-2"] = new StringValues(["a", "b"]);

        Assert.Equal(VerificationFailure.MalformedHeader, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Key_that_looks_like_base64_is_used_as_text()
    {
        var key = Convert.ToBase64String(SHA256.HashData("key"u8));

        Assert.True(Verify(SignedRequest(Body, key), key).IsValid);
        var request = SignedRequest(Body, key);
        request.Headers[ProofHeader] = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key), Body));
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, key).Failure);
    }

    [Fact]
    public void Retry_tells_of_the_same_event()
    {
        var first = Read("""{"event":"envelope-sent","retryCount":0,"generatedDateTime":"2026-03-14T15:09:26Z","data":{"envelopeId":"e1"}}""");
        var retry = Read("""{"event":"envelope-sent","retryCount":1,"generatedDateTime":"2026-03-14T15:19:26Z","data":{"envelopeId":"e1"}}""");

        Assert.Null(first.EventId);
        Assert.Equal(Assert.Single(first.Events).Key, Assert.Single(retry.Events).Key);
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e \"boom\">]><x>&e;</x>")]
    [InlineData("<a><b></a>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"no-such\"?><a/>")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("<EnvelopeStatus><Status>Completed</Status></EnvelopeStatus>")]
    public void Xml_that_cannot_be_understood_gives_no_event(string xml)
    {
        var webhook = ReadXml(xml);

        Assert.Equal((null, "unknown"), (webhook.EventId, webhook.EventType));
        Assert.Empty(webhook.Events);
    }

    [Fact]
    public void Deeply_nested_xml_is_read_without_events() =>
        Assert.Empty(ReadXml(string.Concat(Enumerable.Repeat("<a>", 20_000)) + string.Concat(Enumerable.Repeat("</a>", 20_000))).Events);

    [Fact]
    public void Local_time_without_an_offset_is_no_time()
    {
        var webhook = ReadXml("""
            <i><EnvelopeStatus><TimeGenerated>2026-03-14T15:09:26</TimeGenerated><EnvelopeID>e1</EnvelopeID><Status>Completed</Status><Completed>2026-03-14T15:09:20</Completed></EnvelopeStatus></i>
            """);

        Assert.Null(webhook.OccurredAt);
        Assert.Null(Assert.Single(webhook.Events).OccurredAt);
    }

    private static string Signature(byte[] body, string secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    private Webhook ReadXml(string xml) =>
        Provider.Read(new RawRequest("POST", "", new HeaderDictionary { ["Content-Type"] = "text/xml; charset=utf-8" }, Encoding.UTF8.GetBytes(xml.Trim())), SourceWith(Secret));
}
