using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class BitbucketProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new BitbucketProvider();

    protected override string ProofHeader => "X-Hub-Signature";

    protected override IReadOnlyList<string> MalformedProofs =>
        [new('a', 64), "sha256=", "sha256=zz", "sha256=" + new string('z', 64), "SHA256=" + new string('a', 64)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Theory]
    [InlineData("sha1=c515f330a339e006a451ec24110648f028c87a11")]
    [InlineData("sha512=abc")]
    [InlineData("sha3-256=abc")]
    public void Other_method_is_not_supported(string proof)
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = proof;

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);
    }

    [Fact]
    public void One_bad_change_does_not_lose_its_neighbours()
    {
        var webhook = Read("""
            {"repository":{"full_name":"a/b"},"push":{"changes":[
              {"old":null,"new":{"type":"branch","name":"one","target":{"hash":"1"}}},
              {"old":null,"new":null}, 7, {"new":{"type":"bookmark","name":"x","target":{"hash":"2"}}},
              {"old":{"type":"tag","name":"v1","target":{"hash":"3"}},"new":null}]}}
            """, ("X-Event-Key", "repo:push"), ("X-Request-UUID", "r-1"));

        Assert.Equal("r-1", webhook.EventId);
        Assert.Equal(["a/b:refs/heads/one", "a/b:refs/tags/v1"], webhook.Events.Select(draft => draft.Subject), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("open", "resolved", 1)]
    [InlineData("resolved", "closed", 0)]
    [InlineData("closed", "open", 0)]
    [InlineData("new", "on hold", 0)]
    public void Issue_is_closed_once(string from, string to, int events)
    {
        var webhook = Read(
            $$$$"""{"repository":{"full_name":"a/b"},"issue":{"id":3,"title":"t"},"changes":{"status":{"old":"{{{{from}}}}","new":"{{{{to}}}}"}}}""",
            ("X-Event-Key", "issue:updated"));

        Assert.Equal(events, webhook.Events.Count);
    }
}
