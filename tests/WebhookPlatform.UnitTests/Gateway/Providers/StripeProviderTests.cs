using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class StripeProviderTests : TimedProviderContract
{
    protected override IWebhookProvider Provider { get; } = new StripeProvider();

    protected override string ProofHeader => "Stripe-Signature";

    protected override string Secret => "whsec_first_secret_of_these_tests";

    protected override IReadOnlyList<string> MalformedProofs =>
        ["t", ",,", "t=", "t=1,", "t=12x,v1=00", "t=-5,v1=00", "t= 5,v1=00", "t=99999999999999999999,v1=00", $"v1={Hex()}", $"t=1,t=2,v1={Hex()}", "nonsense", $"t=1{string.Concat(Enumerable.Repeat(",v1=" + Hex(), 17))}"];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = $"t={at.ToUnixTimeSeconds()},v1={Signature(body, secret, at)}";

    [Fact]
    public void One_right_signature_among_several_is_enough()
    {
        var request = SignedRequest(Body, Secret);
        var time = Now.ToUnixTimeSeconds();
        var right = Signature(Body, Secret, Now);

        Assert.All(new[] { $"t={time},v1={Hex()},v1={right}", $"t={time},v1={right},v1=potato", $"t={time}, v1={right}, v0=00", $"v0={right},v1={right},t={time}" }, header =>
        {
            request.Headers[ProofHeader] = header;
            Assert.True(Verify(request, Secret).IsValid, header);
        });
    }

    [Fact]
    public void Older_version_is_not_accepted_even_with_a_right_signature()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = $"t={Now.ToUnixTimeSeconds()},v0={Signature(Body, Secret, Now)}";

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Secret_is_used_as_it_stands_with_its_prefix() =>
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(Body, Secret), Secret["whsec_".Length..]).Failure);

    [Fact]
    public void Payment_with_an_amount_beyond_64_bits_keeps_its_type_and_gives_no_event()
    {
        var webhook = Read("""{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","amount_received":99999999999999999999,"currency":"usd"}}}""");

        Assert.Equal(("evt_1", "payment_intent.succeeded", "pi_1"), (webhook.EventId, webhook.EventType, webhook.Subject));
        Assert.Empty(webhook.Events);
    }

    [Theory]
    [InlineData("charge.succeeded")]
    [InlineData("checkout.session.completed")]
    public void What_tells_of_the_same_money_again_gives_no_event(string type) =>
        Assert.Empty(Read($$$$"""{"id":"evt_1","type":"{{{{type}}}}","data":{"object":{"id":"ch_1","amount":100,"amount_received":100,"currency":"usd"}}}""").Events);

    private static string Hex() => new('a', 64);

    private static string Signature(byte[] body, string secret, DateTimeOffset at) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}."), .. body]));
}
