using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>
/// The token (RFC 7519, RS256) by which a GitHub App speaks for itself: issued a minute ago, against clocks that differ, and good for nine more, as
/// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app wants it (ten at most).
/// </summary>
internal static class GitHubAppToken
{
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(9);

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8);

    /// <summary>Whether a text is a private key that tokens can be signed with.</summary>
    public static bool IsKey(string pem)
    {
        using var key = PemText.PrivateRsaKey(pem);
        return key is not null;
    }

    /// <param name="app">The app's client ID or number, plain characters.</param>
    /// <param name="pem">Its private key.</param>
    /// <exception cref="CryptographicException">It is no such key, see <see cref="IsKey"/>.</exception>
    public static string Create(string app, string pem, DateTimeOffset now)
    {
        using var key = PemText.PrivateRsaKey(pem) ?? throw new CryptographicException("No private RSA key.");
        var (issued, expires) = ((now - Before).ToUnixTimeSeconds(), (now + After).ToUnixTimeSeconds());
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{"iat":{{issued}},"exp":{{expires}},"iss":"{{app}}"}""");
        var signed = $"{Header}.{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }
}
