using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>HMAC over what a scheme puts before the body, and the body.</summary>
public static class HmacSignature
{
    private const int MostCopied = 64 * 1024;

    /// <summary>The longest signature in bytes.</summary>
    public const int MaxSize = SHA512.HashSizeInBytes;

    /// <summary>A signature's length in bytes.</summary>
    public static int Size(HmacAlgorithm algorithm) => algorithm switch
    {
        HmacAlgorithm.Sha1 => SHA1.HashSizeInBytes,
        HmacAlgorithm.Sha512 => SHA512.HashSizeInBytes,
        _ => SHA256.HashSizeInBytes,
    };

    /// <summary>The first secret, used as UTF-8, whose signature is among the presented ones; -1 for none. All secrets are tried, whichever matches, so that time tells nothing.</summary>
    public static int FindSecret(HmacAlgorithm algorithm, IReadOnlyList<SourceSecret> secrets, ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, in PresentedSignatures presented)
    {
        var match = -1;
        for (var i = 0; i < secrets.Count; i++)
        {
            var found = IsSignedWith(algorithm, secrets[i].Utf8, before, body, presented);
            match = found && match < 0 ? i : match;
        }

        return match;
    }

    /// <summary>Whether one of the presented signatures was made with <paramref name="key"/>. Never with an empty key: anybody could have made those.</summary>
    public static bool IsSignedWith(HmacAlgorithm algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, in PresentedSignatures presented)
    {
        if (key.IsEmpty)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[MaxSize];
        var expected = buffer[..Size(algorithm)];
        Compute(algorithm, key, before, body, expected);
        return presented.Contains(expected);
    }

    /// <summary>Computes the HMAC of <paramref name="before"/> followed by <paramref name="body"/> into exactly <see cref="Size"/> bytes.</summary>
    public static void Compute(HmacAlgorithm algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        if (before.IsEmpty)
        {
            Compute(algorithm, key, body, destination);
            return;
        }

        // Copying a webhook's body costs far less than an incremental hash with its native context; a large one is hashed where it stands.
        if (before.Length + body.Length > MostCopied)
        {
            using var hash = IncrementalHash.CreateHMAC(NameOf(algorithm), key);
            hash.AppendData(before);
            hash.AppendData(body);
            hash.GetHashAndReset(destination);
            return;
        }

        var joined = ArrayPool<byte>.Shared.Rent(before.Length + body.Length);
        before.CopyTo(joined);
        body.CopyTo(joined.AsSpan(before.Length));
        Compute(algorithm, key, joined.AsSpan(0, before.Length + body.Length), destination);
        ArrayPool<byte>.Shared.Return(joined);
    }

    // The one-shot functions allocate nothing.
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Some senders only offer HMAC-SHA1, which unlike SHA-1 is not broken; a source has to ask for it.")]
    private static void Compute(HmacAlgorithm algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> destination) => _ = algorithm switch
    {
        HmacAlgorithm.Sha1 => HMACSHA1.HashData(key, data, destination),
        HmacAlgorithm.Sha512 => HMACSHA512.HashData(key, data, destination),
        _ => HMACSHA256.HashData(key, data, destination),
    };

    private static HashAlgorithmName NameOf(HmacAlgorithm algorithm) => algorithm switch
    {
        HmacAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        HmacAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}
