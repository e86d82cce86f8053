using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class PagerDutyProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new PagerDutyProvider();

    protected override string ProofHeader => "X-PagerDuty-Signature";

    protected override IReadOnlyList<string> MalformedProofs =>
        ["v1", "abc", ",", "=", "x1=" + new string('a', 64)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Any_of_several_signatures_may_be_right()
    {
        var request = SignedRequest(Body, Secret);
        var right = request.Headers[ProofHeader].ToString();
        request.Headers[ProofHeader] = $"v1={new string('a', 64)}, {right},v2=whatever";
        Assert.Equal(Verification.Valid(1), Verify(request, OtherSecret, Secret));

        request.Headers[ProofHeader] = $"v1={new string('a', 64)},v1=short,{right}";
        Assert.True(Verify(request, Secret).IsValid);
    }

    [Fact]
    public void More_signatures_than_anybody_sends_are_malformed()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = string.Join(',', Enumerable.Repeat(request.Headers[ProofHeader].ToString(), 17));

        Assert.Equal(VerificationFailure.MalformedHeader, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Other_versions_alone_are_not_supported()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "v2=" + new string('a', 64);

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);
    }
}
