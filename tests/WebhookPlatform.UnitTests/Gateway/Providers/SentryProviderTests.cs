using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class SentryProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new SentryProvider();

    protected override string ProofHeader => "Sentry-Hook-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Type_is_resource_and_action()
    {
        Assert.Equal("issue.assigned", Read("""{"action":"assigned"}""", ("Sentry-Hook-Resource", "issue")).EventType);
        Assert.Equal("issue", Read("[", ("Sentry-Hook-Resource", "issue")).EventType);
        Assert.Equal("unknown", Read("""{"action":"assigned"}""").EventType);
    }
}
