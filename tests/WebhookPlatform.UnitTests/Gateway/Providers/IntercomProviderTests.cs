using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class IntercomProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new IntercomProvider();

    protected override string ProofHeader => "X-Hub-Signature";

    protected override IReadOnlyList<string> MalformedProofs => ["sha1=", "sha1=zz", new('a', 40), "sha1=" + new string('a', 64)];

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "As Intercom signs")]
    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = $"sha1={Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    [Fact]
    public void Other_algorithm_is_not_supported()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "sha256=" + new string('a', 64);

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData("HEAD", true)]
    [InlineData("GET", false)]
    [InlineData("POST", false)]
    public void Address_is_tried_with_head_alone(string method, bool isAnswered) =>
        Assert.Equal(isAnswered ? HandshakeResponse.Empty : null, Provider.AnswerUnsigned(new RawRequest(method, "", new HeaderDictionary(), default), SourceWith(Secret)));

    [Theory]
    [InlineData("""{"id":"n1","topic":"conversation.user.replied","data":{"item":{"id":"c1","conversation_parts":{"conversation_parts":[]}}}}""")]
    [InlineData("""{"id":"n1","topic":"contact.user.created","data":{"item":{"type":"contact"}}}""")]
    [InlineData("""{"id":"n1","topic":"conversation.user.created","data":{"item":{"id":"c1"}}}""")]
    public void Notification_without_its_ids_gives_no_event(string body)
    {
        var webhook = Read(body);

        Assert.Equal("n1", webhook.EventId);
        Assert.Empty(webhook.Events);
    }
}
