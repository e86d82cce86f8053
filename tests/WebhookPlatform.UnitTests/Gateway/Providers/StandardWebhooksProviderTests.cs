using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Org.BouncyCastle.Math.EC.Rfc8032;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class StandardWebhooksProviderTests : TimedProviderContract
{
    private static readonly byte[] PrivateKey = SHA256.HashData("private key of these tests"u8);

    protected override IWebhookProvider Provider { get; } = new StandardWebhooksProvider();

    protected override string ProofHeader => "webhook-signature";

    protected override string Secret => "whsec_" + Convert.ToBase64String(SHA256.HashData("first"u8));

    protected override string OtherSecret => "whsec_" + Convert.ToBase64String(SHA256.HashData("second"u8));

    protected override IReadOnlyList<string> MalformedProofs => [" ", "v1", ",", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", string.Concat(Enumerable.Repeat("v1,AAAA ", 17))];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        headers["webhook-id"] = "msg_1";
        headers["webhook-timestamp"] = $"{at.ToUnixTimeSeconds()}";
        headers[ProofHeader] = $"v1,{Hmac(body, secret, at)}";
    }

    /// <summary>The example that the Standard Webhooks libraries test themselves with.</summary>
    [Theory]
    [InlineData("webhook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("webhook", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("svix", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Published_example_is_accepted(string prefix, string secret)
    {
        var headers = new HeaderDictionary
        {
            [$"{prefix}-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
            [$"{prefix}-timestamp"] = "1614265330",
            [$"{prefix}-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        };
        var request = new RawRequest("POST", "", headers, """{"test": 2432232314}"""u8.ToArray());

        Assert.True(Provider.Verify(request, SourceWith(secret), DateTimeOffset.FromUnixTimeSeconds(1614265330)).IsValid);
    }

    [Fact]
    public void Public_key_proves_an_ed25519_signature_among_others()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = $"v1,{Hmac(Body, OtherSecret, Now)} v2,AAAA v1a,{Ed25519Of(Body)}";

        Assert.Equal(Verification.Valid(1), Verify(request, Secret, PublicKey()));
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Body = "{}"u8.ToArray() }, PublicKey()).Failure);
    }

    [Fact]
    public void Signature_of_the_other_kind_than_the_secret_is_not_supported()
    {
        var request = SignedRequest(Body, Secret);
        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, PublicKey()).Failure);

        request.Headers[ProofHeader] = $"v1a,{Ed25519Of(Body)}";
        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);

        request.Headers[ProofHeader] = $"v2,{Ed25519Of(Body)}";
        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret, PublicKey()).Failure);
    }

    [Fact]
    public void Changed_id_and_time_are_noticed() =>
        Assert.All(new[] { ("webhook-id", "msg_2"), ("webhook-timestamp", $"{Now.ToUnixTimeSeconds() + 1}") }, change =>
        {
            var request = SignedRequest(Body, Secret);
            request.Headers[change.Item1] = change.Item2;

            Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
        });

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("webhook-timestamp")]
    public void Every_header_of_the_set_is_needed_once(string name)
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[name] = new([request.Headers[name], "x"]);
        Assert.Equal(VerificationFailure.MalformedHeader, Verify(request, Secret).Failure);

        request.Headers.Remove(name);
        request.Headers[name.Replace("webhook", "svix", StringComparison.Ordinal)] = "1";
        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Id_that_is_read_is_the_one_that_was_signed()
    {
        var webhook = Read("{}", ("webhook-id", "msg_signed"), ("svix-id", "msg_other"));

        Assert.Equal("msg_signed", webhook.EventId);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("whsec_")]
    [InlineData("whpk_AAAA")]
    [InlineData("whsk_AAAA")]
    public void Secret_that_cannot_be_used_is_explained_and_accepts_nothing(string secret)
    {
        Assert.StartsWith("Secrets:1 is", Assert.Single(Provider.Validate(SourceWith(Secret, secret))), StringComparison.Ordinal);
        Assert.False(Verify(SignedRequest(Body, Secret), secret).IsValid);
    }

    private static string PublicKey()
    {
        var key = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(PrivateKey, 0, key, 0);
        return "whpk_" + Convert.ToBase64String(key);
    }

    private static string Ed25519Of(byte[] body)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes($"msg_1.{Now.ToUnixTimeSeconds()}."), .. body];
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(PrivateKey, 0, message, 0, message.Length, signature, 0);
        return Convert.ToBase64String(signature);
    }

    private static string Hmac(byte[] body, string secret, DateTimeOffset at)
    {
        var key = secret.Length == 0 ? [] : Convert.FromBase64String(secret["whsec_".Length..]);
        return Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"msg_1.{at.ToUnixTimeSeconds()}."), .. body]));
    }
}
