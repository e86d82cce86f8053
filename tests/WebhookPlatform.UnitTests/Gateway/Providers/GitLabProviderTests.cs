using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>GitLab with a signing token.</summary>
public sealed class GitLabProviderTests : TimedProviderContract
{
    private const string PlainToken = "a-plain-secret-token";

    protected override IWebhookProvider Provider { get; } = new GitLabProvider();

    protected override string ProofHeader => "webhook-signature";

    protected override IReadOnlyList<string> MalformedProofs => ["v1", "signature", "v1=abc"];

    protected override string Secret => "whsec_Zmlyc3Qtc2VjcmV0LW9mLXRoZXNlLXRlc3Rz";

    protected override string OtherSecret => "whsec_c2Vjb25kLXNlY3JldC1vZi10aGVzZS10ZXN0cw==";

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] key = secret.Length == 0 ? [] : Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"f5e5f430.{timestamp}."), .. body];
        headers["webhook-id"] = "f5e5f430";
        headers["webhook-timestamp"] = timestamp;
        headers[ProofHeader] = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    [Fact]
    public void While_migrating_either_is_accepted()
    {
        Assert.Equal(Verification.Valid(1), Verify(SignedRequest(Body, Secret), PlainToken, Secret));
        Assert.Equal(Verification.Valid(0), Verify(WithToken(PlainToken), PlainToken, Secret));
    }

    [Fact]
    public void Right_token_does_not_help_a_wrong_signature()
    {
        var request = SignedRequest(Body, OtherSecret);
        request.Headers["X-Gitlab-Token"] = PlainToken;
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, PlainToken, Secret).Failure);

        request.Headers.Remove("webhook-timestamp");
        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, PlainToken, Secret).Failure);
    }

    [Fact]
    public void Signing_token_is_never_accepted_as_a_plain_one() =>
        Assert.Equal(VerificationFailure.TokenMismatch, Verify(WithToken(Secret), PlainToken, Secret).Failure);

    [Fact]
    public void Signing_token_that_is_not_base64_is_told() =>
        Assert.Contains(Provider.Validate(SourceWith(Secret, "whsec_not base64")), finding => finding.StartsWith("Secrets:1", StringComparison.Ordinal));

    [Fact]
    public void Identity_is_the_signed_id_and_else_the_idempotency_key()
    {
        Assert.Equal("signed", Read("{}", ("webhook-id", "signed"), ("Idempotency-Key", "other")).EventId);
        Assert.Equal("other", Read("{}", ("Idempotency-Key", "other")).EventId);
        Assert.Null(Read("{}", ("X-Gitlab-Event-UUID", "shared-by-recursive-hooks")).EventId);
    }

    [Theory]
    [InlineData("running")]
    [InlineData("skipped")]
    [InlineData("manual")]
    public void Pipeline_that_has_not_ended_is_no_finished_build(string status)
    {
        var webhook = Read($$$"""{"object_kind":"pipeline","project":{"path_with_namespace":"a/b"},"object_attributes":{"id":7,"status":"{{{status}}}"}}""");

        Assert.Equal($"pipeline.{status}", webhook.EventType);
        Assert.Empty(webhook.Events);
    }

    private static RawRequest WithToken(string token) => new("POST", "", new HeaderDictionary { ["X-Gitlab-Token"] = token }, Body);
}

/// <summary>GitLab with a secret token.</summary>
public sealed class GitLabProviderTokenTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new GitLabProvider();

    protected override string ProofHeader => "X-Gitlab-Token";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = secret;

    [Fact]
    public void Empty_token_is_never_accepted() => Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);
}
