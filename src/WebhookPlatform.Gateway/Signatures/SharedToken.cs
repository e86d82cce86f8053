using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>A secret that is simply sent along.</summary>
public static class SharedToken
{
    /// <summary>The first secret that equals the presented token; -1 for none. Compares digests, so that time depends neither on where nor on by how many characters they differ; all secrets are tried.</summary>
    public static int FindSecret(string presented, IReadOnlyList<SourceSecret> secrets)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(presented, digest);
        return FindDigest(digest, secrets);
    }

    /// <summary>Likewise, of a token that came as bytes.</summary>
    public static int FindSecret(ReadOnlySpan<byte> presented, IReadOnlyList<SourceSecret> secrets)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(presented, digest);
        return FindDigest(digest, secrets);
    }

    private static int FindDigest(ReadOnlySpan<byte> actual, IReadOnlyList<SourceSecret> secrets)
    {
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        var match = -1;
        for (var i = 0; i < secrets.Count; i++)
        {
            var secret = secrets[i].Utf8;
            SHA256.HashData(secret, expected);
            var found = CryptographicOperations.FixedTimeEquals(actual, expected) & secret.Length > 0;
            match = found && match < 0 ? i : match;
        }

        return match;
    }

    private static void Digest(string text, Span<byte> digest)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), digest);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }
}
