using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.IdentityModel.Tokens;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Signatures;

/// <summary>The token's text, taken to pieces: what is no token, which of several members counts, and when its times let it be used.</summary>
public sealed class SignedTokenTests
{
    private const string Secret = "a-secret-of-these-tests-that-has-64-bytes-as-HS512-wants-it-.....";
    private const string Header = """{"alg":"HS256"}""";
    private const string Payload = """{"iat":1000}""";

    [Fact]
    public void Token_of_the_standard_is_read_and_believed()
    {
        // RFC 7515, appendix A.1.
        const string Text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        var key = Base64Url.DecodeFromChars("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");

        var token = SignedToken.Parse(Text)!;

        Assert.Equal(("HS256", null, 1_300_819_380L, null, null), (token.Algorithm, token.KeyId, token.ExpiresAt, token.NotBefore, token.IssuedAt));
        Assert.Equal("joe", token.Text("iss"));
        Assert.True(token.IsSignedWith(key));
        Assert.False(token.IsSignedWith([.. key[..^1], 0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("{0}")]
    [InlineData("{0}.{1}")]
    [InlineData("{0}.{1}.{2}.")]
    [InlineData(".{0}.{1}.{2}")]
    [InlineData("{0}.{1}.{2}.{0}.{1}")]
    [InlineData(".{1}.{2}")]
    [InlineData("{0}..{2}")]
    public void Token_has_three_parts_of_which_two_say_something(string format) => Assert.Null(SignedToken.Parse(Fill(format)));

    [Fact]
    public void Token_without_a_signature_is_signed_with_nothing()
    {
        using var rsa = RSA.Create(2048);
        foreach (var algorithm in SignedToken.SecretAlgorithms.Concat(SignedToken.KeyAlgorithms).Append("none"))
        {
            var token = SignedToken.Parse($"{Encode($$"""{"alg":"{{algorithm}}"}""")}.{Encode(Payload)}.")!;

            Assert.Equal(algorithm, token.Algorithm);
            Assert.False(token.IsSignedWith(Encoding.UTF8.GetBytes(Secret)));
            Assert.False(token.IsSignedWith(Key(TestTokens.Jwk(rsa, "k"))));
        }
    }

    [Theory]
    [InlineData("{0}=.{1}.{2}")]
    [InlineData("{0}==.{1}.{2}")]
    [InlineData("{0}.{1}=.{2}")]
    [InlineData("{0}.{1}.{2}=")]
    [InlineData("{0}.{1}.{2}%3D")]
    [InlineData("+{0}.{1}.{2}")]
    [InlineData("{0}.{1}.{2}/")]
    [InlineData(" {0}.{1}.{2}")]
    [InlineData("{0}.{1}.{2} ")]
    [InlineData("{0}.{1}.\t{2}")]
    [InlineData("{0}.{1}\r\n.{2}")]
    [InlineData("{0}.{1}.{2}\0")]
    [InlineData("{0}.{1}.{2}\u0410")]
    [InlineData("{0}.{1}.{2}\uFF0D")]
    [InlineData("{0}.{1}.\"{2}\"")]
    public void Padding_and_characters_outside_base64url_are_not_taken(string format) => Assert.Null(SignedToken.Parse(Fill(format)));

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    public void Length_that_base64_cannot_have_is_not_taken(string part)
    {
        Assert.Null(SignedToken.Parse($"{part}.{Encode(Payload)}.{Encode("s")}"));
        Assert.Null(SignedToken.Parse($"{Encode(Header)}.{part}.{Encode("s")}"));
        Assert.Null(SignedToken.Parse($"{Encode(Header)}.{Encode(Payload)}.{part}"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\"}")]
    [InlineData("{a:1}")]
    [InlineData("{/* */}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"\\ud800\":1}")]
    public void Part_that_is_no_object_makes_no_token(string json)
    {
        Assert.Null(SignedToken.Parse($"{Encode(json)}.{Encode(Payload)}.{Encode("s")}"));
        Assert.Null(SignedToken.Parse($"{Encode(Header)}.{Encode(json)}.{Encode("s")}"));
    }

    [Theory]
    [InlineData("""{"alg":"none","alg":"HS256"}""", "HS256")]
    [InlineData("""{"alg":"HS256","alg":"none"}""", "none")]
    [InlineData("""{"alg":"HS256","\u0061lg":"HS512"}""", "HS512")]
    [InlineData("""{"alg":"HS256","alg":7}""", "")]
    [InlineData("""{"x":{"alg":"HS512"},"alg":"HS256"}""", "HS256")]
    [InlineData("""{"alg":"HS256","x":{"alg":"HS512"}}""", "HS256")]
    [InlineData("""{"alg":"HS256","x":[{"alg":"HS512"},"alg","HS384"]}""", "HS256")]
    [InlineData("""{"ALG":"HS256"}""", "")]
    [InlineData("""{"alg":["HS256"]}""", "")]
    [InlineData("""{"alg":null}""", "")]
    [InlineData("""{"alg":"HS\u0032\u00356"}""", "HS256")]
    [InlineData("""{"alg":"\udfff"}""", "")]
    [InlineData("{}", "")]
    public void Last_algorithm_of_the_header_itself_counts(string header, string expected) =>
        Assert.Equal(expected, SignedToken.Parse($"{Encode(header)}.{Encode(Payload)}.{Encode("s")}")!.Algorithm);

    [Theory]
    [InlineData("""{"kid":"a"}""", "a", false)]
    [InlineData("""{"kid":"a","kid":"b"}""", "b", false)]
    [InlineData("""{"kid":"a","x":{"kid":"b"}}""", "a", false)]
    [InlineData("""{"kid":1}""", null, false)]
    [InlineData("""{"crit":["b64"]}""", null, true)]
    [InlineData("""{"crit":[]}""", null, true)]
    [InlineData("""{"crit":null}""", null, true)]
    [InlineData("""{"crit":["x"],"kid":"a"}""", "a", true)]
    [InlineData("""{"\u0063rit":["x"]}""", null, true)]
    [InlineData("""{"x":{"crit":["y"]}}""", null, false)]
    public void Key_id_and_demands_are_those_of_the_header_itself(string header, string? keyId, bool isCritical)
    {
        var token = SignedToken.Parse($"{Encode(header)}.{Encode(Payload)}.{Encode("s")}")!;

        Assert.Equal((keyId, isCritical), (token.KeyId, token.IsCritical));
    }

    [Theory]
    [InlineData("1000", 1000L)]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("1e3", 1000L)]
    [InlineData("1000.9", 1000L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("\"1000\"", null)]
    [InlineData("null", null)]
    [InlineData("true", null)]
    [InlineData("[1000]", null)]
    [InlineData("{}", null)]
    [InlineData("9223372036854775808", null)]
    [InlineData("1e300", null)]
    [InlineData("-1e300", null)]
    [InlineData("1e999", null)]
    [InlineData("01", null)]
    [InlineData("NaN", null)]
    [InlineData("0x10", null)]
    public void Time_is_a_number_of_seconds_or_makes_no_token(string number, long? expected)
    {
        foreach (var claim in new[] { "iat", "nbf", "exp" })
        {
            var token = OfPayload($$"""{"{{claim}}":{{number}}}""");

            Assert.Equal(expected, claim switch { "iat" => token?.IssuedAt, "nbf" => token?.NotBefore, _ => token?.ExpiresAt });
            Assert.Equal(expected is null, token is null);
        }
    }

    [Fact]
    public void Time_of_ten_thousand_digits_makes_no_token() => Assert.Null(OfPayload($$"""{"exp":{{new string('9', 10_000)}}}"""));

    [Theory]
    [InlineData("""{"exp":1,"exp":2}""", 2L)]
    [InlineData("""{"exp":2,"exp":1}""", 1L)]
    [InlineData("""{"exp":1,"\u0065xp":2}""", 2L)]
    [InlineData("""{"exp":1,"x":{"exp":2}}""", 1L)]
    [InlineData("""{"x":[{"exp":2}],"exp":1}""", 1L)]
    [InlineData("""{"Exp":2,"exp":1,"EXP":3}""", 1L)]
    public void Last_time_of_the_claims_themselves_counts(string payload, long expected) => Assert.Equal(expected, OfPayload(payload)!.ExpiresAt);

    [Theory]
    [InlineData("""{"iss":"a"}""", "a")]
    [InlineData("""{"iss":"a","iss":"b"}""", "b")]
    [InlineData("""{"iss":"a","iss":7}""", null)]
    [InlineData("""{"iss":"a","x":{"iss":"b"}}""", "a")]
    [InlineData("""{"x":{"iss":"b"}}""", null)]
    [InlineData("""{"x":["iss","b"]}""", null)]
    [InlineData("""{"iss":{"iss":"b"}}""", null)]
    [InlineData("""{"iss":["b"]}""", null)]
    [InlineData("""{"\u0069ss":"\u0061"}""", "a")]
    [InlineData("""{"iss":"\ud800"}""", null)]
    [InlineData("{}", null)]
    public void Claim_is_the_last_text_of_its_name_among_the_claims_themselves(string payload, string? expected) => Assert.Equal(expected, OfPayload(payload)!.Text("iss"));

    [Theory]
    [InlineData("""{"aud":"us"}""", true)]
    [InlineData("""{"aud":"US"}""", false)]
    [InlineData("""{"aud":["them","us"]}""", true)]
    [InlineData("""{"aud":[]}""", false)]
    [InlineData("""{"aud":[7,null,"us"]}""", true)]
    [InlineData("""{"aud":[["us"]]}""", false)]
    [InlineData("""{"aud":[{"aud":"us"}]}""", false)]
    [InlineData("""{"aud":{"aud":"us"}}""", false)]
    [InlineData("""{"aud":{"x":1},"x":{"aud":"us"}}""", false)]
    [InlineData("""{"aud":{"\ud800":1}}""", false)]
    [InlineData("""{"aud":{"x":"y"},"aud":"us"}""", true)]
    [InlineData("""{"aud":"us","aud":"them"}""", false)]
    [InlineData("""{"aud":["us"],"aud":["them"]}""", false)]
    [InlineData("""{"aud":["us"],"aud":{}}""", false)]
    [InlineData("""{"aud":"them","aud":"us"}""", true)]
    [InlineData("""{"aud":null}""", false)]
    [InlineData("{}", false)]
    public void Audience_is_one_of_the_last_that_are_named_never_one_inside_another_value(string payload, bool expected) => Assert.Equal(expected, OfPayload(payload)!.IsMeantFor(["us"]));

    [Fact]
    public void Nesting_is_read_past_up_to_a_limit()
    {
        Assert.Equal("a", OfPayload($$"""{"x":{{Nested(60)}},"iss":"a"}""")!.Text("iss"));
        Assert.Null(OfPayload($$"""{"x":{{Nested(100)}},"iss":"a"}"""));
        Assert.Null(OfPayload($$"""{"x":{{Nested(100_000)}}}"""));

        static string Nested(int depth) => new string('[', depth) + new string(']', depth);
    }

    [Theory]
    [InlineData("HS256", "HS384")]
    [InlineData("HS256", "HS512")]
    [InlineData("HS512", "HS256")]
    [InlineData("HS384", "HS256")]
    [InlineData("HS256", "none")]
    [InlineData("HS256", "hs256")]
    [InlineData("HS256", "RS256")]
    public void Signature_of_one_algorithm_is_none_of_another(string signedAs, string told)
    {
        var signed = TestTokens.Hmac(new JsonObject { ["alg"] = signedAs }, new JsonObject { ["iat"] = 1000 }, Secret);
        var renamed = $"{Encode($$"""{"alg":"{{told}}"}""")}.{signed[(signed.IndexOf('.', StringComparison.Ordinal) + 1)..]}";

        Assert.True(SignedToken.Parse(signed)!.IsSignedWith(Encoding.UTF8.GetBytes(Secret)));
        Assert.False(SignedToken.Parse(renamed)!.IsSignedWith(Encoding.UTF8.GetBytes(Secret)));

        // A hash of SHA-256 is only taken from a header that says so.
        var text = renamed[..renamed.LastIndexOf('.')];
        var resigned = $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(text)))}";
        Assert.Equal(told is "HS256", SignedToken.Parse(resigned)!.IsSignedWith(Encoding.UTF8.GetBytes(Secret)));
    }

    [Fact]
    public void Any_changed_character_breaks_the_token()
    {
        var text = TestTokens.Hmac(new JsonObject { ["alg"] = "HS256" }, new JsonObject { ["iat"] = 1000, ["iss"] = "a" }, Secret);
        var secret = Encoding.UTF8.GetBytes(Secret);

        Gen.Select(Gen.Int[0, text.Length - 1], Gen.Char["ABCXYZabcxyz0189-_.=+/ "]).Sample((at, character) =>
        {
            var changed = text.ToCharArray();
            changed[at] = character;
            Assert.True(text[at] == character || SignedToken.Parse(changed)?.IsSignedWith(secret) is not true || IsSameBytes(text, new string(changed)), new string(changed));
        });

        // The last character of a part may have bits that stand for nothing.
        static bool IsSameBytes(string one, string other) =>
            one.AsSpan(0, one.LastIndexOf('.')).SequenceEqual(other.AsSpan(0, other.LastIndexOf('.')))
            && Base64Url.DecodeFromChars(one.AsSpan(one.LastIndexOf('.') + 1)).AsSpan().SequenceEqual(Base64Url.DecodeFromChars(other.AsSpan(other.LastIndexOf('.') + 1)));
    }

    [Fact]
    public void Large_token_is_judged_like_a_small_one_and_rubbish_of_any_size_is_none()
    {
        var large = TestTokens.Hmac(new JsonObject { ["alg"] = "HS256" }, new JsonObject { ["iat"] = 1000, ["padding"] = new string('x', 1 << 20) }, Secret);

        Assert.True(SignedToken.Parse(large)!.IsSignedWith(Encoding.UTF8.GetBytes(Secret)));
        Assert.False(SignedToken.Parse(large[..^4] + "AAAA")!.IsSignedWith(Encoding.UTF8.GetBytes(Secret)));
        Assert.Null(SignedToken.Parse(new string('A', 1 << 20)));
        Assert.Null(SignedToken.Parse(new string('.', 1 << 20)));
        Assert.Null(SignedToken.Parse($"{new string('A', 1 << 20)}.{new string('A', 1 << 20)}.{new string('A', 1 << 20)}"));
    }

    [Theory]
    [InlineData("""{"exp":1000}""", 999, 0, null)]
    [InlineData("""{"exp":1000}""", 1000, 0, VerificationFailure.StaleTimestamp)]
    [InlineData("""{"exp":1000}""", 1059, 60, null)]
    [InlineData("""{"exp":1000}""", 1060, 60, VerificationFailure.StaleTimestamp)]
    [InlineData("""{"iat":1000}""", 1060, 60, null)]
    [InlineData("""{"iat":1000}""", 1061, 60, VerificationFailure.StaleTimestamp)]
    [InlineData("""{"iat":1000}""", 940, 60, null)]
    [InlineData("""{"iat":1000}""", 939, 60, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"nbf":1000,"exp":2000}""", 940, 60, null)]
    [InlineData("""{"nbf":1000,"exp":2000}""", 939, 60, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"nbf":1000,"iat":1000}""", 939, 60, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"iat":1,"exp":2000}""", 1999, 60, null)]
    [InlineData("""{"iat":3000,"exp":2000}""", 1000, 60, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"exp":9223372036854775807,"nbf":-9223372036854775808}""", 1000, 86_400, null)]
    [InlineData("""{"iat":9223372036854775807}""", 1000, 86_400, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"iat":-9223372036854775808}""", 1000, 86_400, VerificationFailure.StaleTimestamp)]
    [InlineData("""{"nbf":9223372036854775807,"exp":9223372036854775807}""", 1000, 86_400, VerificationFailure.FutureTimestamp)]
    [InlineData("""{"nbf":1000}""", 1000, 60, VerificationFailure.MalformedHeader)]
    [InlineData("{}", 1000, 60, VerificationFailure.MalformedHeader)]
    public void Times_are_kept_to_the_second_give_or_take_the_tolerance(string payload, long now, int tolerance, VerificationFailure? expected) =>
        Assert.Equal(expected, OfPayload(payload)!.CheckTimes(TimeSpan.FromSeconds(tolerance), DateTimeOffset.FromUnixTimeSeconds(now)));

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("\"{0}", null)]
    [InlineData("{0}00", false)]
    [InlineData("", false)]
    [InlineData("no digest", false)]
    public void Digest_of_the_body_is_compared_whole(string format, bool? expected)
    {
        var digest = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, Convert.ToHexStringLower(SHA256.HashData("body"u8)));
        var token = OfPayload(new JsonObject { ["digest"] = digest.StartsWith('"') ? 7 : (JsonNode)digest }.ToJsonString())!;

        Assert.Equal(expected, token.Covers("body"u8, "digest"));
        Assert.Equal(expected is null ? null : false, token.Covers("another body"u8, "digest"));
    }

    [Theory]
    [InlineData("""{"kty":"RSA","n":"!","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"A","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA"}""")]
    [InlineData("""{"kty":"rsa"}""")]
    [InlineData("""{"kty":"oct","k":"AAAA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"!","y":"!"}""")]
    [InlineData("{}")]
    public void Key_that_is_none_verifies_nothing(string key)
    {
        using var rsa = RSA.Create(2048);
        var token = SignedToken.Parse(TestTokens.Rsa(new JsonObject { ["alg"] = "RS256" }, new JsonObject { ["iat"] = 1000 }, rsa))!;

        Assert.False(token.IsSignedWith(Key(JsonNode.Parse(key)!.AsObject())));
        Assert.All(SignedToken.KeySet(Encoding.UTF8.GetBytes($$"""{"keys":[{{key}}]}""")), one => Assert.False(token.Fits(one)));
    }

    [Fact]
    public void Point_that_is_not_on_the_curve_and_modulus_that_is_no_text_verify_nothing()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = SignedToken.Parse(TestTokens.Ec(new JsonObject { ["alg"] = "ES256" }, new JsonObject { ["iat"] = 1000 }, ec))!;
        var (right, off, broken) = (TestTokens.Jwk(ec, "k"), TestTokens.Jwk(ec, "k"), TestTokens.Jwk(ec, "k"));
        (off["x"], broken["y"]) = ((string)off["y"]!, "!");

        Assert.True(token.IsSignedWith(Key(right)));
        Assert.False(token.IsSignedWith(Key(off)));
        Assert.False(token.IsSignedWith(Key(broken)));
    }

    [Theory]
    [InlineData("use", "\"enc\"", false)]
    [InlineData("use", "\"sig\"", true)]
    [InlineData("alg", "\"RS256\"", true)]
    [InlineData("alg", "\"RS512\"", false)]
    [InlineData("key_ops", "[\"verify\"]", true)]
    [InlineData("key_ops", "[]", true)]
    [InlineData("key_ops", "[\"encrypt\",\"wrapKey\"]", false)]
    public void Key_is_used_for_what_it_is_meant_for(string member, string value, bool isUsed)
    {
        using var rsa = RSA.Create(2048);
        var token = SignedToken.Parse(TestTokens.Rsa(new JsonObject { ["alg"] = "RS256" }, new JsonObject { ["iat"] = 1000 }, rsa))!;
        var key = TestTokens.Jwk(rsa, "k");
        key[member] = JsonNode.Parse(value);

        Assert.Equal(isUsed, token.IsSignedWith(Key(key)));
    }

    [Fact]
    public void Short_key_verifies_nothing()
    {
        using var rsa = RSA.Create(1024);
        var token = SignedToken.Parse(TestTokens.Rsa(new JsonObject { ["alg"] = "RS256" }, new JsonObject { ["iat"] = 1000 }, rsa))!;

        Assert.False(token.IsSignedWith(Key(TestTokens.Jwk(rsa, "k"))));
    }

    private static SignedToken? OfPayload(string payload) => SignedToken.Parse($"{Encode(Header)}.{Encode(payload)}.{Encode("s")}");

    private static string Fill(string format) => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, Encode(Header), Encode(Payload), Encode("signature"));

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static JsonWebKey Key(JsonObject key) => new(key.ToJsonString());
}
