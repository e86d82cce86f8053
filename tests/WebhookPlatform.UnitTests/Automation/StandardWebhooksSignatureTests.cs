using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Automation.Actions;

namespace WebhookPlatform.UnitTests.Automation;

public sealed class StandardWebhooksSignatureTests
{
    // Published with the reference libraries of the Standard Webhooks specification (standard-webhooks/standard-webhooks, their tests).
    [Fact]
    public void The_published_example_gives_the_published_signature() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            StandardWebhooksSignature.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8));

    [Fact]
    public void A_signature_is_the_hmac_of_id_timestamp_and_body()
    {
        var secret = StandardWebhooksSignature.NewSecret();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_760_000_000_999);

        var signature = StandardWebhooksSignature.Sign(secret, "msg_1", at, "zażółć"u8);

        var expected = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes("msg_1.1760000000.zażółć"));
        Assert.Equal("v1," + Convert.ToBase64String(expected), signature);
    }

    [Fact]
    public void New_secrets_are_secrets_and_differ()
    {
        var secrets = Enumerable.Range(0, 10).Select(_ => StandardWebhooksSignature.NewSecret()).ToList();
        Assert.All(secrets, secret => Assert.True(StandardWebhooksSignature.IsSecret(secret)));
        Assert.Equal(10, secrets.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_this is no base64 at all, whatever it is")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("***")]
    public void Anything_else_is_no_secret(string secret) => Assert.False(StandardWebhooksSignature.IsSecret(secret));
}
