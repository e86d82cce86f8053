using System.Security.Cryptography;
using System.Text;

namespace WebhookPlatform.Simulators.Payloads;

/// <summary>HMAC-SHA256 over a prefix and a body, without joining them.</summary>
internal static class HmacSha256
{
    public static byte[] Compute(ReadOnlySpan<byte> key, string prefix, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(prefix));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    /// <summary>In lower-case hexadecimal, with the secret's UTF-8 bytes as the key.</summary>
    public static string Hex(string secret, string prefix, ReadOnlySpan<byte> body) =>
        Convert.ToHexStringLower(Compute(Encoding.UTF8.GetBytes(secret), prefix, body));

    /// <summary>In base64, with the secret's UTF-8 bytes as the key.</summary>
    public static string Base64(string secret, string prefix, ReadOnlySpan<byte> body) =>
        Convert.ToBase64String(Compute(Encoding.UTF8.GetBytes(secret), prefix, body));
}
