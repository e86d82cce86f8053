using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class JiraProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new JiraProvider();

    protected override string ProofHeader => "X-Hub-Signature";

    protected override IReadOnlyList<string> MalformedProofs =>
        [new('a', 64), "sha256=", "sha256=zz", "sha256=" + new string('z', 64), "SHA256=" + new string('a', 64)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Theory]
    [InlineData("""{"field":"resolution","from":null,"to":"10000"}""", 1)]
    [InlineData("""{"field":"resolution","from":"10000","to":"10001"}""", 0)]
    [InlineData("""{"field":"resolution","from":"10000","to":null}""", 0)]
    [InlineData("""{"field":"resolution","to":"10000"}""", 0)]
    [InlineData("""{"field":"status","from":null,"to":"3"}""", 0)]
    public void Issue_is_closed_when_it_gets_a_resolution(string change, int events)
    {
        var webhook = Read($$$$"""{"webhookEvent":"jira:issue_updated","issue":{"key":"ENG-1","fields":{"summary":"s","project":{"key":"ENG"}}},"changelog":{"items":[7,{{{{change}}}}]}}""");

        Assert.Equal(events, webhook.Events.Count);
    }

    [Fact]
    public void Identity_is_the_header_that_stays_the_same_over_retries() =>
        Assert.Equal("w-1", Read("[", ("X-Atlassian-Webhook-Identifier", "w-1"), ("X-Atlassian-Webhook-Retry", "2")).EventId);
}
