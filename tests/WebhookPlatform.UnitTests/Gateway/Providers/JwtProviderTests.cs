using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.UnitTests.Gateway.Remote;
using WebhookPlatform.UnitTests.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class JwtProviderTests : TimedProviderContract, IDisposable
{
    private const string JwksUrl = "https://sender.example/keys";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    protected override IWebhookProvider Provider { get; } = new JwtProvider();

    protected override string ProofHeader => "Authorization";

    protected override string Secret => "first-secret-of-these-tests-with-32-bytes";

    protected override string OtherSecret => "second-secret-of-these-tests-with-32-bytes";

    protected override IReadOnlyList<string> MalformedProofs =>
    [
        Secret, "Bearer", "Bearer ", "Bearer abc", "Bearer a.b", "Bearer a.b.c", "Bearer ..", "Bearer a.b.c.d.e", "Basic a.b.c", TestTokens.Hmac(Header("HS256"), Payload(), Secret),
        "Bearer " + TestTokens.Hmac(Header("HS256"), new JsonObject { ["iat"] = "soon" }, Secret),
    ];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        var payload = new JsonObject { ["iat"] = at.ToUnixTimeSeconds(), ["payload_hash"] = Convert.ToHexStringLower(SHA256.HashData(body)) };
        headers[ProofHeader] = "Bearer " + TestTokens.Hmac(Header("HS256"), payload, secret);
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    [Theory]
    [InlineData("HS256", 32, true)]
    [InlineData("HS384", 48, true)]
    [InlineData("HS512", 64, true)]
    [InlineData("HS256", 31, false)]
    [InlineData("HS512", 63, false)]
    public void Shared_secret_has_to_be_as_long_as_the_hash(string algorithm, int length, bool isAccepted)
    {
        var secret = new string('s', length);

        Assert.Equal(isAccepted, Verify(Request(TestTokens.Hmac(Header(algorithm), Payload(), secret)), secret).IsValid);
    }

    [Fact]
    public void Public_key_in_PEM_verifies_with_line_breaks_as_they_are_or_written()
    {
        foreach (var pem in new[] { _rsa.ExportSubjectPublicKeyInfoPem(), _rsa.ExportRSAPublicKeyPem(), _rsa.ExportSubjectPublicKeyInfoPem().Replace("\n", "\\n", StringComparison.Ordinal) })
        {
            Assert.Equal(Verification.Valid(1), Verify(Request(TestTokens.Rsa(Header("RS256"), Payload(), _rsa)), Secret, pem));
            Assert.Equal(Verification.Valid(0), Verify(Request(TestTokens.Rsa(Header("PS256"), Payload(), _rsa)), pem));
            Assert.Empty(Provider.Validate(SourceWith(pem)));
        }

        Assert.Equal(Verification.Valid(0), Verify(Request(TestTokens.Ec(Header("ES256"), Payload(), _ec)), _ec.ExportSubjectPublicKeyInfoPem()));
    }

    [Fact]
    public void Certificate_verifies_as_its_key_does()
    {
        using var authority = TestAuthority.Root();
        using var certificate = authority.Issue("sender.example");
        using var key = certificate.GetRSAPrivateKey()!;

        Assert.Equal(Verification.Valid(0), Verify(Request(TestTokens.Rsa(Header("RS256"), Payload(), key)), certificate.ExportCertificatePem()));
    }

    [Fact]
    public void Public_key_is_never_a_shared_secret()
    {
        var pem = _rsa.ExportSubjectPublicKeyInfoPem();

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(Request(TestTokens.Hmac(Header("HS256"), Payload(), pem)), pem).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Request(TestTokens.Hmac(Header("HS256"), Payload(), pem)), pem, Secret).Failure);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS1")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    [InlineData("dir")]
    [InlineData("")]
    public void Algorithm_that_no_key_of_the_source_could_have_used_is_refused(string algorithm)
    {
        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(Request(TestTokens.Make(Header(algorithm), Payload(), _ => [])), Secret).Failure);
        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(Request(TestTokens.Hmac(Header(algorithm), Payload(), Secret)), Secret).Failure);
    }

    [Fact]
    public void Key_of_another_kind_does_not_verify()
    {
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Request(TestTokens.Rsa(Header("RS256"), Payload(), _rsa)), _ec.ExportSubjectPublicKeyInfoPem()).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Request(TestTokens.Ec(Header("ES384"), Payload(), _ec)), _ec.ExportSubjectPublicKeyInfoPem()).Failure);
    }

    [Fact]
    public void Header_that_demands_understanding_is_refused()
    {
        var header = Header("HS256");
        header["crit"] = new JsonArray("b64");
        header["b64"] = false;

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(Request(TestTokens.Hmac(header, Payload(), Secret)), Secret).Failure);
    }

    [Fact]
    public void Algorithms_of_the_source_are_the_only_ones()
    {
        Assert.Equal(VerificationFailure.NoSupportedScheme, Judge(Payload(), ("Algorithms", "HS384, HS512")).Failure);
        Assert.True(Judge(Payload(), ("Algorithms", "HS512,HS256")).IsValid);
    }

    [Theory]
    [InlineData("""{"exp":1000}""", 1299, null)]
    [InlineData("""{"exp":1000}""", 1300, VerificationFailure.StaleTimestamp)]
    [InlineData("""{"exp":1000.5}""", 1000, null)]
    [InlineData("""{"exp":100000,"iat":1000}""", 90000, null)]
    [InlineData("""{"exp":100000,"iat":1000}""", 699, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"exp":100000,"nbf":1000}""", 700, null)]
    [InlineData("""{"exp":100000,"nbf":1000}""", 699, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"exp":9223372036854775807}""", 1000, null)]
    [InlineData("""{"exp":-9223372036854775808}""", 1000, VerificationFailure.StaleTimestamp)]
    [InlineData("""{"nbf":1000}""", 1000, VerificationFailure.MalformedHeader)]
    [InlineData("""{"iss":"x"}""", 1000, VerificationFailure.MalformedHeader)]
    [InlineData("""{"exp":1e300}""", 1000, VerificationFailure.MalformedHeader)]
    [InlineData("""{"exp":true}""", 1000, VerificationFailure.MalformedHeader)]
    public void Times_of_the_token_bound_its_use(string payload, long now, VerificationFailure? expected)
    {
        var request = Request(TestTokens.Hmac(Header("HS256"), JsonNode.Parse(payload)!.AsObject(), Secret));

        Assert.Equal(expected, Provider.Verify(request, SourceWith(Secret), DateTimeOffset.FromUnixTimeSeconds(now)).Failure);
    }

    [Theory]
    [InlineData("Issuer", "https://sender.example", true)]
    [InlineData("Issuer", "https://sender.example/", false)]
    [InlineData("Audience", "us", true)]
    [InlineData("Audience", "others, us", true)]
    [InlineData("Audience", "others", false)]
    [InlineData("Subject", "robot", true)]
    [InlineData("Subject", "somebody", false)]
    public void Claims_have_to_be_the_sources(string setting, string value, bool isAccepted)
    {
        var payload = Payload();
        (payload["iss"], payload["sub"], payload["aud"]) = ("https://sender.example", "robot", new JsonArray("them", "us"));

        Assert.Equal(isAccepted ? null : VerificationFailure.NotAllowed, Judge(payload, (setting, value)).Failure);
        Assert.Equal(VerificationFailure.NotAllowed, Judge(Payload(), (setting, value)).Failure);
    }

    [Fact]
    public void Digest_of_the_body_is_compared_where_there_is_one_and_may_be_demanded()
    {
        var (right, wrong) = (Payload(), Payload());
        right["digest"] = Convert.ToHexStringLower(SHA256.HashData(Body));
        wrong["digest"] = Convert.ToHexStringLower(SHA256.HashData([]));

        Assert.True(Judge(right, ("BodyHashClaim", "digest")).IsValid);
        Assert.Equal(VerificationFailure.SignatureMismatch, Judge(wrong, ("BodyHashClaim", "digest")).Failure);
        Assert.Equal(VerificationFailure.MissingHeader, Judge(Payload(), ("BodyHashClaim", "digest")).Failure);
        Assert.True(Judge(Payload()).IsValid);
        wrong["request_body_sha256"] = "no digest";
        Assert.Equal(VerificationFailure.SignatureMismatch, Judge(wrong).Failure);
    }

    [Fact]
    public async Task Published_key_is_found_by_its_id_and_kept()
    {
        var queries = FakeQueries.Always(KeySet(TestTokens.Jwk(_ec, "e1"), TestTokens.Jwk(_rsa, "r1")));

        Assert.Equal(Verification.Valid(-1), await VerifyAsync(TestTokens.Rsa(Header("RS256", "r1"), Payload(), _rsa), queries));
        Assert.Equal(Verification.Valid(-1), await VerifyAsync(TestTokens.Ec(Header("ES256", "e1"), Payload(), _ec), queries));
        Assert.Equal(Verification.Valid(-1), await VerifyAsync(TestTokens.Ec(Header("ES256"), Payload(), _ec), queries));
        Assert.All(queries.Asked, query => Assert.Equal((JwksUrl, TimeSpan.FromMinutes(10)), (query.Address.AbsoluteUri, query.KeepFor)));
    }

    [Fact]
    public async Task Set_is_read_again_for_an_unknown_id()
    {
        var queries = new FakeQueries(query => (200, query.Address.Fragment.Length == 0 ? KeySet(TestTokens.Jwk(_rsa, "old")) : KeySet(TestTokens.Jwk(_rsa, "old"), TestTokens.Jwk(_rsa, "new"))));

        Assert.True((await VerifyAsync(TestTokens.Rsa(Header("RS256", "new"), Payload(), _rsa), queries)).IsValid);
        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(TestTokens.Rsa(Header("RS256", "none"), Payload(), _rsa), queries)).Failure);
        Assert.Equal([10 * 60, 30, 10 * 60, 30], queries.Asked.Select(query => (int)query.KeepFor.TotalSeconds));
    }

    [Fact]
    public async Task Published_key_is_not_used_for_what_it_is_not()
    {
        var forEncryption = TestTokens.Jwk(_rsa, "k");
        forEncryption["use"] = "enc";
        var symmetric = new JsonObject { ["kty"] = "oct", ["kid"] = "k", ["k"] = "c2ltdWxhdGVkIHNlY3JldCBmb3IgdGVzdHMgb2YgMzIgYnl0ZXM" };

        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(TestTokens.Rsa(Header("RS256", "k"), Payload(), _rsa), FakeQueries.Always(KeySet(forEncryption)))).Failure);
        Assert.Equal(VerificationFailure.NoSupportedScheme, (await VerifyAsync(TestTokens.Hmac(Header("HS256", "k"), Payload(), "simulated secret for tests of 32 bytes"), FakeQueries.Always(KeySet(symmetric)))).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, (await VerifyAsync(TestTokens.Rsa(Header("PS256", "k"), Payload(), _rsa)[..^4] + "AAAA", FakeQueries.Always(KeySet(TestTokens.Jwk(_rsa, "k"))))).Failure);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "<html></html>")]
    [InlineData(200, """{"keys":[{"kty":"RSA","kid":"k","n":"!","e":"AQAB"},{"kty":7}]}""")]
    public async Task Set_that_is_none_gives_no_trust(int status, string body) =>
        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(TestTokens.Rsa(Header("RS256", "k"), Payload(), _rsa), new FakeQueries(_ => (status, body)))).Failure);

    [Fact]
    public async Task Published_keys_out_of_reach_are_no_refusal() =>
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await VerifyAsync(TestTokens.Rsa(Header("RS256", "k"), Payload(), _rsa), FakeQueries.Down()));

    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.Contains(Findings(("JwksUrl", "http://sender.example/keys"), ("Audience", "us")), finding => finding.Contains("https", StringComparison.Ordinal));
        Assert.Contains(Findings(("JwksUrl", JwksUrl)), finding => finding.Contains("Audience", StringComparison.Ordinal));
        Assert.Contains(Findings(("JwksUrl", JwksUrl), ("Audience", "us"), ("Algorithms", "RS256,none")), finding => finding.Contains("'none'", StringComparison.Ordinal));
        Assert.Empty(Findings(("JwksUrl", JwksUrl), ("Audience", "us"), ("Algorithms", "RS256")));
        Assert.Contains("shorter", Assert.Single(Provider.Validate(SourceWith("short"))), StringComparison.Ordinal);
        Assert.Contains("private", Assert.Single(Provider.Validate(SourceWith(_rsa.ExportPkcs8PrivateKeyPem()))), StringComparison.Ordinal);

        IEnumerable<string> Findings(params (string Name, string Value)[] settings) => Provider.Validate(With(SourceWith(), settings));
    }

    private Verification Judge(JsonObject payload, params (string Name, string Value)[] settings) =>
        Provider.Verify(Request(TestTokens.Hmac(Header("HS256"), payload, Secret)), With(SourceWith(Secret), settings), Now);

    private ValueTask<Verification> VerifyAsync(string token, FakeQueries queries) =>
        ((JwtProvider)Provider).VerifyAsync(Request(token), With(SourceWith(), ("JwksUrl", JwksUrl)), queries, Now, TestContext.Current.CancellationToken);

    private static Source With(Source source, params (string Name, string Value)[] settings) =>
        source with { Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.OrdinalIgnoreCase) };

    private static RawRequest Request(string token) => new("POST", "", new HeaderDictionary { ["Authorization"] = $"Bearer {token}" }, Body);

    private static JsonObject Header(string algorithm, string? keyId = null) => keyId is null ? new() { ["alg"] = algorithm } : new() { ["alg"] = algorithm, ["kid"] = keyId };

    private static JsonObject Payload() => new() { ["iat"] = Now.ToUnixTimeSeconds(), ["exp"] = Now.AddMinutes(1).ToUnixTimeSeconds() };

    private static string KeySet(params JsonNode[] keys) => new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString();
}
