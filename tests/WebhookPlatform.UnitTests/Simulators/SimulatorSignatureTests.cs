using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.UnitTests.Simulators;

public sealed class SimulatorSignatureTests
{
    private const string Secret = "a secret of 24 characters";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_771_000_000);
    private static readonly byte[] Body = """{"größe":"1 €"}"""u8.ToArray();

    [Fact]
    public void GitHub_signs_as_its_documentation_shows()
    {
        // docs.github.com, "Validating webhook deliveries", "Testing the webhook payload validation".
        var headers = Sign("github", "It's a Secret to Everybody", "Hello, World!"u8.ToArray(), "id", Now);

        Assert.Equal("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", headers["X-Hub-Signature-256"]);
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void Standard_Webhooks_signs_as_its_reference_libraries_test(string secret)
    {
        // standard-webhooks/standard-webhooks, libraries/python/tests/test_webhooks.py, test_sign_function.
        var headers = Sign("standard-webhooks", secret, """{"test": 2432232314}"""u8.ToArray(), "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", headers["webhook-signature"]);
        Assert.Equal("msg_p5jXN8AQM9LWM0D4loKWxJek", headers["webhook-id"]);
        Assert.Equal("1614265330", headers["webhook-timestamp"]);
    }

    [Fact]
    public void Razorpay_signs_as_its_official_library_tests()
    {
        // razorpay/razorpay-node, test/utils/razorpay-utils.spec.js.
        var headers = Sign("razorpay", "123456", """{"a":1,"b":2,"c":{"d":3}}"""u8.ToArray(), "evt_1", Now);

        Assert.Equal("2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc", headers["X-Razorpay-Signature"]);
        Assert.Equal("evt_1", headers["x-razorpay-event-id"]);
    }

    [Fact]
    public void Stripe_signs_timestamp_and_body_with_the_whole_secret()
    {
        var header = Sign("stripe", "whsec_" + Secret, Body, "evt_1", Now)["Stripe-Signature"];

        Assert.Equal("t=1771000000,v1=" + Hex("whsec_" + Secret, [.. "1771000000."u8, .. Body]), header);
    }

    [Fact]
    public void Slack_signs_version_timestamp_and_body()
    {
        var headers = Sign("slack", Secret, Body, "Ev1", Now);

        Assert.Equal("v0=" + Hex(Secret, [.. "v0:1771000000:"u8, .. Body]), headers["X-Slack-Signature"]);
        Assert.Equal("1771000000", headers["X-Slack-Request-Timestamp"]);
    }

    [Fact]
    public void Hmac_signs_the_body_and_token_and_minio_show_the_secret()
    {
        Assert.Equal(Hex(Secret, Body), Sign("hmac", Secret, Body, "1", Now)["X-Signature"]);
        Assert.Equal(Secret, Sign("token", Secret, Body, "1", Now)["X-Signature"]);
        Assert.Equal("Bearer " + Secret, Sign("minio", Secret, Body, "1", Now)["Authorization"]);
    }

    [Theory]
    [InlineData("hmac")]
    [InlineData("token")]
    public void The_generic_providers_sign_in_the_header_of_the_source(string provider)
    {
        var simulator = SimulatorCatalog.Find(provider, "X-Shop-Proof")!;

        Assert.Equal("X-Shop-Proof", Assert.Single(simulator.Sign(new UnsignedRequest(Body), Context(Secret, Now)).Headers).Key);
        Assert.Equal("X-Shop-Proof", simulator.Proof.Name);
    }

    [Fact]
    public void A_secret_that_is_not_base64_is_refused_for_Standard_Webhooks() =>
        Assert.Throws<ArgumentException>(() => Sign("standard-webhooks", "whsec_not base64!", Body, "1", Now));

    [Fact]
    public void A_redelivery_keeps_id_and_body_and_carries_a_fresh_signature()
    {
        var simulator = SimulatorCatalog.Find("standard-webhooks")!;
        var request = simulator.Create("payment.completed", Simulation.Context("standard-webhooks", seed: 1));
        var later = Simulation.Start.AddMinutes(10);
        var context = Context(SimulatedSources.SecretOf("standard-webhooks"), later);

        var again = simulator.Redeliver(request, context);

        Assert.Equal(request.Body, again.Body);
        Assert.Equal(request.Headers.Count, again.Headers.Count);
        var headers = again.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase);
        Assert.Equal(request.EventId, headers["webhook-id"]);
        Assert.Equal(later.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), headers["webhook-timestamp"]);
        Assert.Equal(simulator.Sign(new UnsignedRequest(request.Body, request.EventId), context).Headers[^1].Value, headers["webhook-signature"]);
    }

    private static Dictionary<string, string> Sign(string provider, string secret, byte[] body, string id, DateTimeOffset now) =>
        SimulatorCatalog.Find(provider)!.Sign(new UnsignedRequest(body, id), Context(secret, now)).Headers.ToDictionary(StringComparer.OrdinalIgnoreCase);

    private static SimulationContext Context(string secret, DateTimeOffset now) => new(secret, new FakeTimeProvider(now), new Random(1));

    private static string Hex(string secret, byte[] signed) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
}
