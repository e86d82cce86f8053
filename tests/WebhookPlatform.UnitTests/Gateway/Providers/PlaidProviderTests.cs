using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.UnitTests.Gateway.Remote;
using WebhookPlatform.UnitTests.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class PlaidProviderTests : IDisposable
{
    private const string KeyId = "bfbd5111-0000-4643-8ced-000000000000";

    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"webhook_type":"TRANSACTIONS","webhook_code":"SYNC_UPDATES_AVAILABLE","item_id":"item_ü"}""");

    private readonly PlaidProvider _provider = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(null, "https://production.plaid.com/webhook_verification_key/get")]
    [InlineData("production", "https://production.plaid.com/webhook_verification_key/get")]
    [InlineData("sandbox", "https://sandbox.plaid.com/webhook_verification_key/get")]
    public async Task Key_is_asked_for_at_the_environment_with_the_clients_credentials(string? environment, string address)
    {
        var queries = FakeQueries.Always(Answer());

        Assert.Equal(Verification.Valid(0), await VerifyAsync(Token(), queries, Source(environment, "plaid-secret")));

        var asked = Assert.Single(queries.Asked);
        Assert.Equal((address, TimeSpan.FromHours(1)), (asked.Address.AbsoluteUri, asked.KeepFor));
        Assert.True(JsonNode.DeepEquals(new JsonObject { ["client_id"] = "client", ["secret"] = "plaid-secret", ["key_id"] = KeyId }, JsonNode.Parse(asked.JsonBody!)));
    }

    [Fact]
    public async Task Replaced_secret_does_not_lock_the_keys_away()
    {
        var queries = new FakeQueries(query => query.JsonBody!.Contains("\"new\"", StringComparison.Ordinal) ? (200, Answer()) : (400, """{"error_code":"INVALID_API_KEYS"}"""));

        Assert.Equal(Verification.Valid(1), await VerifyAsync(Token(), queries, Source(null, "old", "new")));
    }

    [Theory]
    [InlineData(-300, null)]
    [InlineData(-301, VerificationFailure.StaleTimestamp)]
    [InlineData(300, null)]
    [InlineData(301, VerificationFailure.FutureTimestamp)]
    public async Task Token_may_be_as_old_as_the_tolerance(int seconds, VerificationFailure? expected) =>
        Assert.Equal(expected, (await VerifyAsync(Token(at: Now.AddSeconds(seconds)))).Failure);

    [Fact]
    public async Task Changed_body_is_noticed()
    {
        foreach (var body in new byte[][] { [.. Body, (byte)' '], Body[..^1], [] })
        {
            Assert.Equal(VerificationFailure.SignatureMismatch, (await VerifyAsync(Token(), body: body)).Failure);
        }
    }

    [Fact]
    public async Task Token_of_another_key_is_a_mismatch()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal(VerificationFailure.SignatureMismatch, (await VerifyAsync(TestTokens.Ec(Header(), Payload(), other))).Failure);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("ES384")]
    [InlineData("es256")]
    [InlineData("")]
    public async Task Only_ES256_is_an_algorithm_and_no_key_is_asked_for_another(string algorithm)
    {
        var queries = FakeQueries.Always(Answer());
        var header = Header();
        header["alg"] = algorithm;

        Assert.Equal(VerificationFailure.NoSupportedScheme, (await VerifyAsync(TestTokens.Hmac(header, Payload(), Answer()), queries)).Failure);
        Assert.Empty(queries.Asked);
    }

    [Theory]
    [InlineData("kid", "../../other")]
    [InlineData("kid", "a b")]
    [InlineData("kid", null)]
    public async Task Key_id_that_is_none_is_malformed(string name, string? value)
    {
        var queries = FakeQueries.Always(Answer());
        var header = Header();
        header[name] = value;

        Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(TestTokens.Ec(header, Payload(), _key), queries)).Failure);
        Assert.Empty(queries.Asked);
    }

    [Theory]
    [InlineData("iat")]
    [InlineData("request_body_sha256")]
    public async Task Token_without_time_or_digest_is_malformed(string claim)
    {
        var payload = Payload();
        payload.Remove(claim);

        Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(TestTokens.Ec(Header(), payload, _key))).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"key":{"kid":"bfbd5111-0000-4643-8ced-000000000000","kty":"EC","crv":"P-256","x":"AA","y":"AA"}}""")]
    [InlineData("""{"key":{"kid":"other","kty":"EC","crv":"P-256"}}""")]
    public async Task Answer_without_a_usable_key_of_that_id_gives_no_trust(string answer) =>
        Assert.False((await VerifyAsync(Token(), FakeQueries.Always(answer))).IsValid);

    [Theory]
    [InlineData(-1, VerificationFailure.UntrustedKey)]
    [InlineData(1, null)]
    public async Task Key_is_good_until_it_expires(int seconds, VerificationFailure? expected)
    {
        var answer = Answer(Now.AddSeconds(seconds).ToUnixTimeSeconds());

        Assert.Equal(expected, (await VerifyAsync(Token(), FakeQueries.Always(answer))).Failure);
    }

    [Fact]
    public async Task Unknown_key_is_untrusted_and_Plaid_out_of_reach_no_refusal()
    {
        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Token(), new FakeQueries(_ => (400, "")))).Failure);
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await VerifyAsync(Token(), FakeQueries.Down()));
    }

    [Fact]
    public async Task Header_has_to_be_there_once_and_be_a_token()
    {
        Assert.Equal(VerificationFailure.MissingHeader, (await VerifyAsync("")).Failure);
        Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(new StringValues([Token(), Token()]))).Failure);
        foreach (var malformed in new[] { "abc", "a.b", "a.b.c", "..", "a.b.c.d.e", Token() + ".x", "ä.ö.ü" })
        {
            Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(malformed)).Failure);
        }
    }

    [Fact]
    public void Source_needs_client_secret_and_a_known_environment()
    {
        Assert.Empty(_provider.Validate(Source("sandbox", "s")));
        Assert.Contains("Secrets:0", Assert.Single(_provider.Validate(Source(null))), StringComparison.Ordinal);
        Assert.Contains("development", Assert.Single(_provider.Validate(Source("development", "s"))), StringComparison.Ordinal);
        Assert.Contains("ClientId", Assert.Single(SourceChecks.Settings(new Source { Name = "s", Provider = _provider })), StringComparison.Ordinal);
    }

    [Fact]
    public void Same_words_again_are_news_unlike_where_a_body_says_everything()
    {
        var reader = new DeliveryReader(NullLogger<DeliveryReader>.Instance);
        var request = new RawRequest("POST", "", new HeaderDictionary(), Body);
        string KeyOf(IWebhookProvider provider, TimeSpan later) =>
            reader.Read(request, new RequestBody(new BodyBudget(0), Body, Body.Length, taken: 0), new Source { Name = "s", Provider = provider }, Verification.Valid(-1), Now + later).EventKey;

        Assert.NotEqual(KeyOf(_provider, TimeSpan.Zero), KeyOf(_provider, TimeSpan.FromHours(1)));
        Assert.Equal(KeyOf(new MinioProvider(), TimeSpan.Zero), KeyOf(new MinioProvider(), TimeSpan.FromHours(1)));
    }

    private ValueTask<Verification> VerifyAsync(StringValues token, FakeQueries? queries = null, Source? source = null, byte[]? body = null)
    {
        var request = new RawRequest("POST", "", new HeaderDictionary { ["Plaid-Verification"] = token }, body ?? Body);
        return _provider.VerifyAsync(request, source ?? Source(null, "s"), queries ?? FakeQueries.Always(Answer()), Now, TestContext.Current.CancellationToken);
    }

    private Source Source(string? environment, params string[] secrets)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["ClientId"] = "client" };
        if (environment is not null)
        {
            settings["Environment"] = environment;
        }

        return new Source { Name = "bank", Provider = _provider, Settings = settings, Secrets = [.. secrets.Select(secret => new SourceSecret(secret))] };
    }

    private string Token(DateTimeOffset? at = null) => TestTokens.Ec(Header(), Payload(at), _key);

    private static JsonObject Header() => new() { ["alg"] = "ES256", ["kid"] = KeyId, ["typ"] = "JWT" };

    private static JsonObject Payload(DateTimeOffset? at = null) => new()
    {
        ["iat"] = (at ?? Now).ToUnixTimeSeconds(),
        ["request_body_sha256"] = Convert.ToHexStringLower(SHA256.HashData(Body)),
    };

    private string Answer(long? expiredAt = null)
    {
        var key = TestTokens.Jwk(_key, KeyId);
        key["created_at"] = 1_700_000_000;
        key["expired_at"] = expiredAt;
        return new JsonObject { ["key"] = key, ["request_id"] = "r" }.ToJsonString();
    }
}
