using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class GitHubProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new GitHubProvider();

    protected override string ProofHeader => "X-Hub-Signature-256";

    protected override IReadOnlyList<string> MalformedProofs =>
        [new('a', 64), "sha256=", "sha256=zz", "sha256=" + new string('z', 64), "sha256=" + new string('a', 62), "SHA256=" + new string('a', 64), "sha1=" + new string('a', 40)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    /// <summary>The worked example of GitHub's documentation, "Validating webhook deliveries".</summary>
    [Fact]
    public void Example_of_the_documentation_is_accepted()
    {
        var headers = new HeaderDictionary { [ProofHeader] = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" };

        Assert.True(Verify(new RawRequest("POST", "", headers, "Hello, World!"u8.ToArray()), "It's a Secret to Everybody").IsValid);
    }

    [Fact]
    public void Sha1_header_is_never_looked_at()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-Hub-Signature"] = "sha1=" + new string('0', 40);
        Assert.True(Verify(request, Secret).IsValid);

        request.Headers.Remove(ProofHeader);
        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void Json_that_is_said_to_be_a_form_is_read_as_json_whatever_texts_stand_in_it(string before)
    {
        const string Forged = """{"action":"closed","number":8,"pull_request":{"number":8,"title":"forged","merged":true},"repository":{"full_name":"acme/shop"}}""";
        var json = before + $$$"""{"action":"opened","number":7,"pull_request":{"number":7,"title":"x&payload={{{Uri.EscapeDataString(Forged)}}}&y"},"repository":{"full_name":"acme/shop"}}""";

        var webhook = Read(json, ("X-GitHub-Event", "pull_request"), ("X-GitHub-Delivery", "d-1"), ("Content-Type", "application/x-www-form-urlencoded"));

        Assert.Equal(("PullRequestOpened", "acme/shop#7"), (Assert.Single(webhook.Events).Name, webhook.Subject));
    }

    [Fact]
    public void Form_and_json_are_read_alike()
    {
        const string Json = """{"action":"opened","number":7,"pull_request":{"number":7,"title":"Ümlauts & spaces"},"repository":{"full_name":"acme/shop"}}""";
        var asForm = "payload=" + Uri.EscapeDataString(Json).Replace("%20", "+", StringComparison.Ordinal);

        var fromJson = Read(Json, ("X-GitHub-Event", "pull_request"), ("X-GitHub-Delivery", "d-1"));
        var fromForm = Read(asForm, ("X-GitHub-Event", "pull_request"), ("X-GitHub-Delivery", "d-1"), ("Content-Type", "application/x-www-form-urlencoded"));

        Assert.Equal("PullRequestOpened", Assert.Single(fromForm.Events).Name);
        Assert.Equal((fromJson.EventId, fromJson.EventType, fromJson.Subject), (fromForm.EventId, fromForm.EventType, fromForm.Subject));
    }

    [Fact]
    public void Body_that_is_no_json_keeps_what_the_headers_tell()
    {
        var webhook = Read("{", ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "d-1"));

        Assert.Equal(("d-1", "push"), (webhook.EventId, webhook.EventType));
        Assert.Empty(webhook.Events);
    }
}
