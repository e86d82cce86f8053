using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WebhookPlatform.Automation.Actions;

/// <summary>Signs requests by the Standard Webhooks scheme: HMAC-SHA256 over <c>{id}.{timestamp}.{body}</c>, in base64. See standardwebhooks.com, "Signature scheme".</summary>
public static class StandardWebhooksSignature
{
    public const string SecretPrefix = "whsec_";
    private const int ShortestKey = 24;
    private const int LongestKey = 64;

    /// <summary>A new random secret, as receivers' libraries take it.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether <paramref name="secret"/> is <c>whsec_</c> and 24 to 64 bytes in base64, as the scheme demands.</summary>
    public static bool IsSecret(string secret) =>
        secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
        && Base64.IsValid(secret.AsSpan(SecretPrefix.Length), out var bytes)
        && bytes is >= ShortestKey and <= LongestKey;

    /// <summary>The header <c>webhook-signature</c>.</summary>
    /// <param name="secret">As <see cref="IsSecret"/> accepts it.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>, to the second.</param>
    /// <param name="body">The bytes sent.</param>
    public static string Sign(string secret, string id, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{Timestamp(timestamp)}."));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    /// <summary>The header <c>webhook-timestamp</c>: seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset timestamp) => timestamp.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
