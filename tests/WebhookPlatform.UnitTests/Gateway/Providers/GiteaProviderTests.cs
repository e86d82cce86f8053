using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class GiteaProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new GiteaProvider();

    protected override string ProofHeader => "X-Gitea-Signature";

    protected override IReadOnlyList<string> MalformedProofs =>
        ["zz", new('z', 64), "sha256=" + new string('a', 64)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Hub_signature_is_accepted_where_there_is_no_other()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-Hub-Signature-256"] = "sha256=" + request.Headers[ProofHeader];
        request.Headers.Remove(ProofHeader);
        Assert.True(Verify(request, Secret).IsValid);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, OtherSecret).Failure);

        request.Headers[ProofHeader] = new string('a', 64);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Of_a_form_the_decoded_payload_is_signed_and_read()
    {
        const string Json = """{"action":"opened","issue":{"number":7,"title":"Ümlauts & spaces"},"repository":{"full_name":"acme/shop"}}""";
        var form = Encoding.UTF8.GetBytes("payload=" + Uri.EscapeDataString(Json).Replace("%20", "+", StringComparison.Ordinal));
        var request = SignedRequest(Encoding.UTF8.GetBytes(Json), Secret) with { Body = form };
        request.Headers.ContentType = "application/x-www-form-urlencoded";
        request.Headers["X-Gitea-Event"] = "issues";
        Assert.True(Verify(request, Secret).IsValid);
        Assert.Equal("IssueOpened", Assert.Single(Provider.Read(request, SourceWith(Secret)).Events).Name);

        var tampered = request with { Body = Encoding.UTF8.GetBytes("payload=%7B%7D&" + Encoding.UTF8.GetString(form)) };
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(tampered, Secret).Failure);
    }
}
