using System.Buffers;
using System.Security.Cryptography;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>The signatures a request presents, decoded into a buffer of the caller's (the stack, as a rule). Undecodable ones count, but match nothing.</summary>
public ref struct PresentedSignatures
{
    /// <summary>More than this many in one header is no provider's doing: senders present one per active secret.</summary>
    public const int Capacity = 16;

    private readonly Span<byte> _buffer;
    private readonly int _size;
    private int _decoded;

    /// <param name="buffer">At least <see cref="Capacity"/> times <paramref name="size"/> bytes.</param>
    /// <param name="size">A signature's length in bytes.</param>
    public PresentedSignatures(Span<byte> buffer, int size)
    {
        _buffer = buffer;
        _size = size;
    }

    /// <summary>How many were presented, decodable or not.</summary>
    public int Count { get; private set; }

    /// <summary>Whether more were presented than <see cref="Capacity"/>; the surplus is not looked at.</summary>
    public readonly bool IsOverfull => Count > Capacity;

    /// <summary>Adds one; false when it is not <c>size</c> bytes in hexadecimal.</summary>
    public bool AddHex(ReadOnlySpan<char> text)
    {
        if (++Count > Capacity || text.Length != _size * 2)
        {
            return false;
        }

        return Keep(Convert.FromHexString(text, Next, out _, out _) == OperationStatus.Done);
    }

    /// <summary>Adds one; false when it is not <c>size</c> bytes in base64.</summary>
    public bool AddBase64(ReadOnlySpan<char> text) =>
        ++Count <= Capacity && Keep(Convert.TryFromBase64Chars(text, Next, out var written) && written == _size);

    /// <summary>Adds one in the given encoding; false when it cannot be decoded to <c>size</c> bytes.</summary>
    public bool Add(ReadOnlySpan<char> text, SignatureEncoding encoding) =>
        encoding == SignatureEncoding.Base64 ? AddBase64(text) : AddHex(text);

    /// <summary>A decodable one, by its place among the decodable ones.</summary>
    public readonly ReadOnlySpan<byte> this[int index] => _buffer.Slice(index * _size, _size);

    /// <summary>How many could be decoded.</summary>
    public readonly int Decoded => _decoded;

    /// <summary>Whether one of them is <paramref name="expected"/>; compares with all of them, each in constant time.</summary>
    public readonly bool Contains(ReadOnlySpan<byte> expected)
    {
        var found = false;
        for (var i = 0; i < _decoded; i++)
        {
            found |= CryptographicOperations.FixedTimeEquals(this[i], expected);
        }

        return found;
    }

    private readonly Span<byte> Next => _buffer.Slice(_decoded * _size, _size);

    private bool Keep(bool decoded)
    {
        _decoded += decoded ? 1 : 0;
        return decoded;
    }
}
