using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class AlertmanagerProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new AlertmanagerProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => [Secret, "Bearer", "Bearer  ", $"Token {Secret}", $"Basic {Secret}!", "Basic ", "Basic AA=A"];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = $"Bearer {secret}";

    [Fact]
    public void Empty_token_is_never_accepted() => Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);

    [Theory]
    [InlineData("Basic", "prometheus:open sesame")]
    [InlineData("basic", "prometheus:pass:with:colons")]
    [InlineData("BASIC", "prometheus:123£")]
    public void User_and_password_are_accepted(string scheme, string secret)
    {
        var request = SignedRequest(Body, "unused");
        request.Headers[ProofHeader] = $"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))}";

        Assert.Equal(Verification.Valid(1), Verify(request, Secret, secret));
        Assert.Equal(VerificationFailure.TokenMismatch, Verify(request, Secret, secret + "x").Failure);
    }

    [Fact]
    public void Credentials_longer_than_anybody_has_are_compared_like_others()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "Basic " + Convert.ToBase64String(new byte[10_000]);

        Assert.Equal(VerificationFailure.TokenMismatch, Verify(request, Secret).Failure);
    }
}
