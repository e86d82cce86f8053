using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace WebhookPlatform.UnitTests.Gateway.Signatures;

/// <summary>Makes tokens by hand, so that a test can also make wrong ones.</summary>
internal static class TestTokens
{
    public static string Hmac(JsonObject header, JsonObject payload, string secret) => Make(header, payload, signed => (string?)header["alg"] switch
    {
        "HS384" => HMACSHA384.HashData(Encoding.UTF8.GetBytes(secret), signed),
        "HS512" => HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), signed),
        _ => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed),
    });

    public static string Ec(JsonObject header, JsonObject payload, ECDsa key) => Make(header, payload, signed => key.SignData(signed, HashAlgorithmName.SHA256));

    public static string Rsa(JsonObject header, JsonObject payload, RSA key) => Make(header, payload, signed => key.SignData(
        signed, HashAlgorithmName.SHA256, (string?)header["alg"] is "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));

    public static string Make(JsonObject header, JsonObject payload, Func<byte[], byte[]> sign)
    {
        var text = $"{Encoded(header)}.{Encoded(payload)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>A public key as a JSON Web Key.</summary>
    public static JsonObject Jwk(ECDsa key, string id)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["alg"] = "ES256", ["use"] = "sig", ["kid"] = id, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    /// <summary>A public key as a JSON Web Key.</summary>
    public static JsonObject Jwk(RSA key, string id)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = id, ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent) };
    }

    private static string Encoded(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
