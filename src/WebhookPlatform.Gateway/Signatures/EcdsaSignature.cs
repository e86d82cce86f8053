using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>ECDSA over P-256 and SHA-256, the signature in DER, the public key as base64 SPKI without PEM armour.</summary>
public static class EcdsaSignature
{
    /// <summary>The longest signature in DER: two numbers of 33 bytes with their headers.</summary>
    public const int MaxSize = 72;

    private const int MaxKeySize = 256;
    private const int KeyBits = 256;

    /// <summary>Whether a source's secret is a usable public key.</summary>
    public static bool IsPublicKey(SourceSecret secret)
    {
        using var key = ECDsa.Create();
        return TryImport(key, secret);
    }

    /// <summary>The first secret, a public key, whose private half signed the data; -1 for none. All are tried.</summary>
    public static int FindKey(IReadOnlyList<SourceSecret> secrets, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        var match = -1;
        for (var i = 0; i < secrets.Count; i++)
        {
            using var key = ECDsa.Create();
            var found = TryImport(key, secrets[i]) && key.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence);
            match = found && match < 0 ? i : match;
        }

        return match;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Importing fails with whatever the platform's library throws; each means that it is no key.")]
    private static bool TryImport(ECDsa key, SourceSecret secret)
    {
        Span<byte> spki = stackalloc byte[MaxKeySize];
        if (secret.Text.Length > MaxKeySize || !Convert.TryFromBase64String(secret.Text, spki, out var length) || length == 0)
        {
            return false;
        }

        try
        {
            key.ImportSubjectPublicKeyInfo(spki[..length], out var read);
            return read == length && key.KeySize == KeyBits;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
