using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>A Standard Webhooks secret in text: <c>whsec_</c> and a shared key in base64, or <c>whpk_</c> and a public ed25519 key in base64. The prefix <c>whsec_</c> and the base64 padding may be missing.</summary>
public static class StandardWebhooksSecret
{
    /// <summary>Prefix of a public key.</summary>
    public const string PublicPrefix = "whpk_";

    /// <summary>Prefix of a private key, which receivers have no use for.</summary>
    public const string PrivatePrefix = "whsk_";

    /// <summary>Longest key in bytes; the specification asks for 24 to 64.</summary>
    public const int MaxKeySize = 256;

    /// <summary>Prefix of a shared key.</summary>
    public const string SharedPrefix = "whsec_";

    /// <summary>Whether it is a public key, for version <c>v1a</c>, rather than a shared one, for <c>v1</c>.</summary>
    public static bool IsPublicKey(SourceSecret secret) => secret.Text.StartsWith(PublicPrefix, StringComparison.Ordinal);

    /// <summary>Decodes the key; false when it is empty, too long or not base64.</summary>
    /// <param name="secret">The secret as configured.</param>
    /// <param name="buffer">At least <see cref="MaxKeySize"/> bytes.</param>
    /// <param name="key">The part of the buffer that holds the key.</param>
    public static bool TryDecode(SourceSecret secret, Span<byte> buffer, out ReadOnlySpan<byte> key)
    {
        key = default;
        var text = secret.Text.AsSpan();
        text = text.StartsWith(SharedPrefix, StringComparison.Ordinal) ? text[SharedPrefix.Length..]
            : text.StartsWith(PublicPrefix, StringComparison.Ordinal) ? text[PublicPrefix.Length..]
            : text;
        text = text.TrimEnd('=');
        if (text.IsEmpty || text.Length > ((MaxKeySize * 4) + 2) / 3)
        {
            return false;
        }

        Span<char> padded = stackalloc char[(MaxKeySize * 4 / 3) + 4];
        text.CopyTo(padded);
        var length = (text.Length + 3) / 4 * 4;
        padded[text.Length..length].Fill('=');
        if (!Convert.TryFromBase64Chars(padded[..length], buffer, out var written) || written == 0)
        {
            return false;
        }

        key = buffer[..written];
        return true;
    }

    /// <summary>What is wrong with a secret, to be said after its name; null when it can be used, or is empty.</summary>
    public static string? Check(SourceSecret secret)
    {
        if (string.IsNullOrWhiteSpace(secret.Text))
        {
            return null;
        }

        if (secret.Text.StartsWith(PrivatePrefix, StringComparison.Ordinal))
        {
            return "is a private signing key (whsk_), which only the sender may have: set the public one (whpk_).";
        }

        Span<byte> buffer = stackalloc byte[MaxKeySize];
        if (!TryDecode(secret, buffer, out var key))
        {
            return "is no base64 key: set it as the sender shows it, whsec_ or whpk_ followed by base64.";
        }

        return IsPublicKey(secret) && !Ed25519Signature.IsPublicKey(key)
            ? "is no ed25519 public key: after whpk_ there must be 32 bytes in base64."
            : null;
    }
}
