using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>
/// Many messages in a row, so that a reader finds each without looking at the bytes of the others: a version byte (1), then for each message
/// its id (16 bytes, big endian), its contract's name, its trace (empty: none) and its body, each of the three after its length in bytes (32 bits, little endian).
/// </summary>
internal static class BundlePack
{
    private const byte Version = 1;
    private const int IdLength = 16;

    public static void Write(IBufferWriter<byte> output, IReadOnlyList<Outgoing> messages)
    {
        output.Write([Version]);
        foreach (var message in messages)
        {
            message.MessageId.TryWriteBytes(output.GetSpan(IdLength), bigEndian: true, out _);
            output.Advance(IdLength);
            WriteText(output, message.Contract.Name);
            WriteText(output, message.TraceParent ?? "");
            WriteLength(output, message.Body.Length);
            output.Write(message.Body.Span);
        }
    }

    /// <summary>Bytes that <see cref="Write"/> needs at most.</summary>
    public static int SizeOf(IReadOnlyList<Outgoing> messages) =>
        1 + messages.Sum(message => IdLength + (3 * sizeof(int)) + Encoding.UTF8.GetMaxByteCount(message.Contract.Name.Length) + Encoding.UTF8.GetMaxByteCount(message.TraceParent?.Length ?? 0) + message.Body.Length);

    /// <summary>The messages; their bodies are parts of <paramref name="pack"/>.</summary>
    /// <exception cref="JsonException">It is no pack, or one of a later version.</exception>
    public static List<BundledMessage> Read(ReadOnlyMemory<byte> pack)
    {
        if (pack.IsEmpty || pack.Span[0] != Version)
        {
            throw new JsonException("The bundle is of a form that is not known here.");
        }

        var messages = new List<BundledMessage>();
        var rest = pack[1..];
        while (!rest.IsEmpty)
        {
            var id = new Guid(Take(ref rest, IdLength).Span, bigEndian: true);
            var name = TakePart(ref rest).Span;
            var trace = TakePart(ref rest).Span;
            messages.Add(new BundledMessage(id, Encoding.UTF8.GetString(name), trace.IsEmpty ? null : Encoding.ASCII.GetString(trace), TakePart(ref rest)));
        }

        return messages;
    }


    private static ReadOnlyMemory<byte> TakePart(ref ReadOnlyMemory<byte> rest) => Take(ref rest, BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, sizeof(int)).Span));

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int length)
    {
        if (length < 0 || length > rest.Length)
        {
            throw new JsonException("The bundle ends in the middle of a message.");
        }

        var part = rest[..length];
        rest = rest[length..];
        return part;
    }

    private static void WriteText(IBufferWriter<byte> output, string text)
    {
        WriteLength(output, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, output);
    }

    private static void WriteLength(IBufferWriter<byte> output, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), length);
        output.Advance(sizeof(int));
    }
}
