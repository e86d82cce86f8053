using System.Security.Cryptography;
using System.Text;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Ids that identify an event only together, such as a source and an id within it.</summary>
public static class CompositeId
{
    /// <summary>Both with a space between, or the SHA-256 of that where it is no name (long sources are common); null when either is missing.</summary>
    /// <param name="scope">Has no spaces.</param>
    public static string? Of(string? scope, string? id)
    {
        if (string.IsNullOrEmpty(scope) || string.IsNullOrEmpty(id))
        {
            return null;
        }

        var whole = $"{scope} {id}";
        return CleanText.Name(whole) ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)));
    }
}
