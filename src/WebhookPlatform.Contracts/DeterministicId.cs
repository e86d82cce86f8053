using System.Security.Cryptography;
using System.Text;

namespace WebhookPlatform.Contracts;

/// <summary>Name-based UUIDs (version 5, RFC 9562 section 5.5): the same parts always give the same id.</summary>
public static class DeterministicId
{
    private static readonly byte[] Namespace = Guid.Parse("6d1f6d3c-0f0e-5a86-9a3e-2f6a7c1f4e10").ToByteArray(bigEndian: true);

    /// <summary>Derives an id from <paramref name="parts"/>; each part is length-prefixed, so ("a", "bc") and ("ab", "c") differ.</summary>
    // SHA-1 is what version 5 prescribes; nothing here relies on it against an attacker.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "UUID version 5 is defined over SHA-1.")]
    public static Guid From(params ReadOnlySpan<string> parts)
    {
        var size = Namespace.Length;
        foreach (var part in parts)
        {
            size += sizeof(int) + Encoding.UTF8.GetByteCount(part);
        }

        Span<byte> name = size <= 512 ? stackalloc byte[size] : new byte[size];
        Namespace.CopyTo(name);
        var at = Namespace.Length;
        foreach (var part in parts)
        {
            var written = Encoding.UTF8.GetBytes(part, name[(at + sizeof(int))..]);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(name[at..], written);
            at += sizeof(int) + written;
        }

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
