using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class NpmProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new NpmProvider();

    protected override string ProofHeader => "x-npm-signature";

    protected override IReadOnlyList<string> MalformedProofs =>
        [new('a', 64), "sha256=", "sha256=zz", "sha256=" + new string('z', 64), "SHA256=" + new string('a', 64)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Publication_without_a_version_gives_no_event()
    {
        var webhook = Read("""{"event":"package:publish","name":"lodash","version":"1.0.0","change":{},"time":1773500966000}""");

        Assert.Equal((null, "package:publish", "lodash"), (webhook.EventId, webhook.EventType, webhook.Subject));
        Assert.Empty(webhook.Events);
    }
}
