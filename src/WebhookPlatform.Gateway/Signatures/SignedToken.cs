using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
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

    private readonly JsonWebToken _token;
    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private SignedToken(JsonWebToken token, string text)
    {
        _token = token;
        _signed = Encoding.ASCII.GetBytes(text, 0, text.LastIndexOf('.'));
        _signature = Base64UrlEncoder.DecodeBytes(token.EncodedSignature);
        Algorithm = token.TryGetHeaderValue<string>("alg", out var algorithm) ? algorithm : "";
        KeyId = token.TryGetHeaderValue<string>("kid", out var kid) ? kid : null;

        // Nothing that has to be understood (RFC 7515, section 4.1.11) is understood here.
        IsCritical = token.TryGetHeaderValue<object>("crit", out _);
        IssuedAt = Time("iat");
        NotBefore = Time("nbf");
        ExpiresAt = Time("exp");
        Audiences = [.. token.Audiences];
    }

    /// <summary>As the token names it; empty where it does not.</summary>
    public string Algorithm { get; }

    public string? KeyId { get; }

    /// <summary>Whether the header demands something that has to be understood.</summary>
    public bool IsCritical { get; }

    /// <summary>Unix seconds.</summary>
    public long? IssuedAt { get; }

    /// <summary>Unix seconds.</summary>
    public long? NotBefore { get; }

    /// <summary>Unix seconds.</summary>
    public long? ExpiresAt { get; }

    public IReadOnlyList<string> Audiences { get; }

    /// <summary>Null when the text is no signed token in compact form.</summary>
    public static SignedToken? Parse(string text)
    {
        if (text.AsSpan().Count('.') != 2)
        {
            return null;
        }

        try
        {
            return new SignedToken(new JsonWebToken(text), text);
        }
        catch (Exception failure) when (failure is ArgumentException or SecurityTokenException or FormatException or JsonException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>A claim's text; null when it is missing or no text.</summary>
    public string? Text(string claim) => _token.TryGetPayloadValue<object>(claim, out var value) ? value as string : null;

    /// <summary>Whether it was signed with a shared secret. RFC 7518, section 3.2, wants one as long as the hash: shorter ones match nothing.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> secret)
    {
        Span<byte> buffer = stackalloc byte[SHA512.HashSizeInBytes];
        var size = !SecretAlgorithms.Contains(Algorithm, StringComparer.Ordinal) || secret.Length * 8 < Bits ? 0 : Algorithm switch
        {
            "HS256" => HMACSHA256.HashData(secret, _signed, buffer),
            "HS384" => HMACSHA384.HashData(secret, _signed, buffer),
            "HS512" => HMACSHA512.HashData(secret, _signed, buffer),
            _ => 0,
        };
        return size > 0 && CryptographicOperations.FixedTimeEquals(buffer[..size], _signature);
    }

    /// <summary>Whether it was signed with the private half of a key.</summary>
    public bool IsSignedWith(JsonWebKey key) => Fits(key) && Verify(key);

    /// <summary>Whether a key can verify it: of the right kind, and not meant for anything else.</summary>
    public bool Fits(JsonWebKey key) =>
        KeyAlgorithms.Contains(Algorithm, StringComparer.Ordinal)
        && (string.IsNullOrEmpty(key.Alg) || string.Equals(key.Alg, Algorithm, StringComparison.Ordinal))
        && (string.IsNullOrEmpty(key.Use) || key.Use is "sig")
        && Algorithm switch
        {
            "ES256" => key is { Kty: "EC", Crv: "P-256" },
            "ES384" => key is { Kty: "EC", Crv: "P-384" },
            "ES512" => key is { Kty: "EC", Crv: "P-521" },
            _ => key is { Kty: "RSA", KeySize: >= 2048 },
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

    /// <summary>Whether a claim is the SHA-256 of the body, in hexadecimal.</summary>
    public bool Covers(ReadOnlySpan<byte> body, string claim)
    {
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, actual);
        var told = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        return told.AddHex(Text(claim)) && told.Contains(actual);
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

    private int Bits => int.Parse(Algorithm.AsSpan(2), CultureInfo.InvariantCulture);

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

    // RFC 7519, section 2: a NumericDate may have a fraction.
    private long? Time(string claim) => !_token.TryGetPayloadValue<object>(claim, out var value) ? null : value switch
    {
        long seconds => seconds,
        int seconds => seconds,
        double seconds when Math.Abs(seconds) < long.MaxValue / 2d => (long)seconds,
        decimal seconds when Math.Abs(seconds) < long.MaxValue / 2 => (long)seconds,
        _ => throw new FormatException($"{claim} is no time."),
    };
}
