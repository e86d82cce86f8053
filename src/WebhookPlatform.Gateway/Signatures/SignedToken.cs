using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>
/// A JSON Web Token (RFC 7519) signed as RFC 7515 says: parsed, and not believed before its signature and its claims were checked.
/// Which key may verify which algorithm is decided by the key: a public key is never taken for a shared secret, and <c>none</c> is no algorithm.
/// </summary>
internal sealed class SignedToken
{
    /// <summary>Algorithms of shared secrets.</summary>
    public static IReadOnlyList<string> SecretAlgorithms { get; } = ["HS256", "HS384", "HS512"];

    /// <summary>Algorithms of public keys.</summary>
    public static IReadOnlyList<string> KeyAlgorithms { get; } = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    // It would keep every key that was ever tried.
    private static readonly CryptoProviderFactory Crypto = new() { CacheSignatureProviders = false };

    // RFC 7515, section 2: base64url without padding, line breaks or other additions.
    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly byte[] _payload;

    private SignedToken(ReadOnlySpan<char> text)
    {
        var (first, last) = (text.IndexOf('.'), text.LastIndexOf('.'));
        _signed = new byte[last];
        Encoding.ASCII.GetBytes(text[..last], _signed);
        _signature = Base64Url.DecodeFromChars(text[(last + 1)..]);
        _payload = Base64Url.DecodeFromChars(text[(first + 1)..last]);
        ReadHeader(Base64Url.DecodeFromChars(text[..first]));
        ReadTimes();
    }

    /// <summary>As the token names it; empty where it does not.</summary>
    public string Algorithm { get; private set; } = "";

    public string? KeyId { get; private set; }

    /// <summary>Whether the header demands something that has to be understood (RFC 7515, section 4.1.11): nothing is.</summary>
    public bool IsCritical { get; private set; }

    /// <summary>Unix seconds.</summary>
    public long? IssuedAt { get; private set; }

    /// <summary>Unix seconds.</summary>
    public long? NotBefore { get; private set; }

    /// <summary>Unix seconds.</summary>
    public long? ExpiresAt { get; private set; }

    /// <summary>Whether the algorithm is one of shared secrets.</summary>
    public bool UsesSecret => Algorithm is "HS256" or "HS384" or "HS512";

    /// <summary>Whether the algorithm is one of public keys.</summary>
    public bool UsesKey => Algorithm is "RS256" or "RS384" or "RS512" or "PS256" or "PS384" or "PS512" or "ES256" or "ES384" or "ES512";

    /// <summary>Null when the text is no signed token in compact form.</summary>
    public static SignedToken? Parse(ReadOnlySpan<char> text)
    {
        if (text.Count('.') != 2 || text.ContainsAnyExcept(Characters))
        {
            return null;
        }

        try
        {
            return new SignedToken(text);
        }
        catch (Exception failure) when (failure is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A claim's text; null when it is missing or no text.</summary>
    public string? Text(string claim)
    {
        string? text = null;
        for (var claims = Open(_payload); Next(ref claims);)
        {
            var isClaim = claims.ValueTextEquals(claim);
            claims.Read();
            text = !isClaim ? text : claims.TokenType is JsonTokenType.String ? TextOf(ref claims) : null;
            claims.Skip();
        }

        return text;
    }

    /// <summary>Whether the claim <c>aud</c>, a text or several, has one of these.</summary>
    public bool IsMeantFor(string[] audiences)
    {
        var found = false;
        for (var claims = Open(_payload); Next(ref claims);)
        {
            var isAudience = claims.ValueTextEquals("aud"u8);
            claims.Read();
            if (!isAudience)
            {
                claims.Skip();
                continue;
            }

            found = claims.TokenType is JsonTokenType.String && audiences.Contains(TextOf(ref claims), StringComparer.Ordinal);
            if (claims.TokenType is not JsonTokenType.StartArray)
            {
                claims.Skip();
                continue;
            }

            while (claims.Read() && claims.TokenType is not JsonTokenType.EndArray)
            {
                found |= claims.TokenType is JsonTokenType.String && audiences.Contains(TextOf(ref claims), StringComparer.Ordinal);
                claims.Skip();
            }
        }

        return found;
    }

    /// <summary>Whether it was signed with a shared secret. RFC 7518, section 3.2, wants one as long as the hash: shorter ones match nothing.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> secret)
    {
        Span<byte> buffer = stackalloc byte[SHA512.HashSizeInBytes];
        var size = Algorithm switch
        {
            "HS256" when secret.Length >= HMACSHA256.HashSizeInBytes => HMACSHA256.HashData(secret, _signed, buffer),
            "HS384" when secret.Length >= HMACSHA384.HashSizeInBytes => HMACSHA384.HashData(secret, _signed, buffer),
            "HS512" when secret.Length >= HMACSHA512.HashSizeInBytes => HMACSHA512.HashData(secret, _signed, buffer),
            _ => 0,
        };
        return size > 0 && CryptographicOperations.FixedTimeEquals(buffer[..size], _signature);
    }

    /// <summary>Whether it was signed with the private half of a key.</summary>
    public bool IsSignedWith(JsonWebKey key) => Fits(key) && Verify(key);

    /// <summary>Whether a key can verify it: of the right kind, and not meant for anything else.</summary>
    public bool Fits(JsonWebKey key) =>
        UsesKey
        && (string.IsNullOrEmpty(key.Alg) || string.Equals(key.Alg, Algorithm, StringComparison.Ordinal))
        && (string.IsNullOrEmpty(key.Use) || key.Use is "sig")
        && (key.KeyOps is not { Count: > 0 } operations || operations.Contains("verify"))
        && Algorithm switch
        {
            "ES256" => key is { Kty: "EC", Crv: "P-256" },
            "ES384" => key is { Kty: "EC", Crv: "P-384" },
            "ES512" => key is { Kty: "EC", Crv: "P-521" },
            _ => key.Kty is "RSA" && BitsOf(key) >= 2048,
        };

    /// <summary>
    /// Null when the token's times allow it to be used now, give or take the tolerance. One that does not say when it expires is good for as long after it was issued;
    /// one that says neither would be good for ever, and is not.
    /// </summary>
    public VerificationFailure? CheckTimes(TimeSpan tolerance, DateTimeOffset now)
    {
        var (seconds, limit) = (now.ToUnixTimeSeconds(), (long)tolerance.TotalSeconds);
        return ExpiresAt is null && IssuedAt is null ? VerificationFailure.MalformedHeader
            : ExpiresAt is { } expires && seconds - limit >= expires ? VerificationFailure.StaleTimestamp
            : ExpiresAt is null && seconds - limit > IssuedAt ? VerificationFailure.StaleTimestamp
            : NotBefore is { } from && seconds + limit < from ? VerificationFailure.FutureTimestamp
            : IssuedAt is { } issued && seconds + limit < issued ? VerificationFailure.FutureTimestamp
            : null;
    }

    /// <summary>Whether a claim is the SHA-256 of the body, in hexadecimal; null when the token has no such claim.</summary>
    public bool? Covers(ReadOnlySpan<byte> body, string claim)
    {
        if (Text(claim) is not { } text)
        {
            return null;
        }

        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, actual);
        var told = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        return told.AddHex(text) && told.Contains(actual);
    }

    /// <summary>The keys of a JSON Web Key Set (RFC 7517), or none when it is not one.</summary>
    public static IReadOnlyList<JsonWebKey> KeySet(ReadOnlySpan<byte> json)
    {
        try
        {
            return [.. new JsonWebKeySet(Encoding.UTF8.GetString(json)).Keys];
        }
        catch (Exception failure) when (failure is ArgumentException or JsonException or FormatException or InvalidOperationException or SecurityTokenException)
        {
            return [];
        }
    }

    private bool Verify(SecurityKey key)
    {
        SignatureProvider? provider = null;
        try
        {
            provider = Crypto.CreateForVerifying(key, Algorithm, cacheProvider: false);
            return provider.Verify(_signed, _signature);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or NotSupportedException or CryptographicException or FormatException)
        {
            // A key that is none after all.
            return false;
        }
        finally
        {
            if (provider is not null)
            {
                Crypto.ReleaseSignatureProvider(provider);
            }
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> header)
    {
        var members = Open(header);
        while (Next(ref members))
        {
            CheckName(members);
            var (isAlgorithm, isKeyId, isCritical) = (members.ValueTextEquals("alg"u8), members.ValueTextEquals("kid"u8), members.ValueTextEquals("crit"u8));
            members.Read();
            IsCritical |= isCritical;
            if (isAlgorithm)
            {
                Algorithm = TextOf(ref members) ?? "";
            }
            else if (isKeyId)
            {
                KeyId = TextOf(ref members);
            }

            members.Skip();
        }

        CheckEnd(ref members);
    }

    private void ReadTimes()
    {
        var claims = Open(_payload);
        while (Next(ref claims))
        {
            CheckName(claims);
            var (isIssuedAt, isNotBefore, isExpiresAt) = (claims.ValueTextEquals("iat"u8), claims.ValueTextEquals("nbf"u8), claims.ValueTextEquals("exp"u8));
            claims.Read();
            if (isIssuedAt)
            {
                IssuedAt = Seconds(ref claims);
            }
            else if (isNotBefore)
            {
                NotBefore = Seconds(ref claims);
            }
            else if (isExpiresAt)
            {
                ExpiresAt = Seconds(ref claims);
            }

            claims.Skip();
        }

        CheckEnd(ref claims);
    }

    private static int BitsOf(JsonWebKey key)
    {
        try
        {
            return key.KeySize;
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or InvalidOperationException)
        {
            // A modulus that is no base64url.
            return 0;
        }
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return reader.Read() && reader.TokenType is JsonTokenType.StartObject ? reader : throw new FormatException("No object.");
    }

    // Of repeated names the last one counts (RFC 7519, section 4).
    private static bool Next(ref Utf8JsonReader members) => members.Read() && members.TokenType is JsonTokenType.PropertyName;

    // An escape that stands for no text would make later comparisons throw.
    private static void CheckName(in Utf8JsonReader members) => _ = members.ValueIsEscaped ? members.GetString() : null;

    // Anything after the object makes the reader throw.
    private static void CheckEnd(ref Utf8JsonReader members) => members.Read();

    private static string? TextOf(ref Utf8JsonReader value)
    {
        try
        {
            return value.TokenType is JsonTokenType.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no text.
            return null;
        }
    }

    // RFC 7519, section 2: a NumericDate may have a fraction.
    private static long Seconds(ref Utf8JsonReader value) =>
        value.TokenType is not JsonTokenType.Number ? throw new FormatException("No time.")
        : value.TryGetInt64(out var seconds) ? seconds
        : value.TryGetDouble(out var fraction) && Math.Abs(fraction) < long.MaxValue / 2d ? (long)fraction
        : throw new FormatException("No time.");
}
