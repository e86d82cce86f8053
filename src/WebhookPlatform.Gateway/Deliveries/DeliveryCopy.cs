using System.Buffers.Binary;
using System.Text;
using Npgsql;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>Writes deliveries by PostgreSQL's binary COPY, which takes many rows for the price of a few inserts. Bodies go from the request's buffer to the connection as they are.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"; fields as the types' receive functions read them.</remarks>
internal sealed class DeliveryCopy : IDisposable
{
    private const string Command =
        """
        COPY deliveries (id, source, provider, event_key, event_type, status, conflict_of, received_at, events, content_type, headers, body, body_hash, secret, recovery) FROM STDIN (FORMAT BINARY)
        """;

    private const short Columns = 15;
    private const int TextType = 25;
    private const byte JsonbVersion = 1;

    // More than this in the buffer is handed to the connection before the next row.
    private const int Enough = 64 * 1024;

    // A fixed signature, and neither flags nor an extension.
    private static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PooledBuffer _buffer = new(2 * Enough);

    private DeliveryCopy()
    {
    }

    /// <summary>Inserts rows inside the connection's transaction.</summary>
    /// <param name="rows">Each with the delivery it conflicts with, if any.</param>
    public static void Insert(NpgsqlConnection connection, (PendingDelivery Delivery, Guid? ConflictOf)[] rows)
    {
        using var stream = connection.BeginRawBinaryCopy(Command);
        using var copy = new DeliveryCopy();
        copy.WriteHeader();
        foreach (var (delivery, conflictOf) in rows)
        {
            copy.WriteUpToBody(delivery, conflictOf);
            if (copy._buffer.Length + delivery.Body.Bytes.Length > Enough)
            {
                copy.Flush(stream);
                stream.Write(delivery.Body.Bytes.Span);
            }
            else
            {
                copy.WriteRaw(delivery.Body.Bytes.Span);
            }

            copy.WriteBytes(delivery.BodyHash);
            copy.WriteText(delivery.Secret);
            copy.WriteGuid(delivery.Recovery);
        }

        copy.WriteInt16(-1);
        copy.Flush(stream);
    }

    public void Dispose() => _buffer.Dispose();

    private void Flush(NpgsqlRawCopyStream stream)
    {
        stream.Write(_buffer.WrittenSpan);
        _buffer.Clear();
    }

    private void WriteHeader() => WriteRaw(Header);

    private void WriteUpToBody(PendingDelivery delivery, Guid? conflictOf)
    {
        WriteInt16(Columns);
        WriteGuid(delivery.Id);
        WriteText(delivery.Source);
        WriteText(delivery.Provider);
        WriteText(delivery.EventKey);
        WriteText(delivery.EventType);
        WriteText(conflictOf is null ? nameof(DeliveryStatus.Accepted) : nameof(DeliveryStatus.Conflict));
        WriteGuid(conflictOf);
        WriteTime(delivery.ReceivedAt);
        WriteTexts(delivery.Events);
        WriteText(delivery.ContentType);
        WriteJson(delivery.Headers);
        WriteInt32(delivery.Body.Bytes.Length);
    }

    private void WriteGuid(Guid? value)
    {
        if (value is not { } id)
        {
            WriteNull();
            return;
        }

        WriteInt32(16);
        id.TryWriteBytes(_buffer.Take(16), bigEndian: true, out _);
    }

    private void WriteTime(DateTimeOffset value)
    {
        WriteInt32(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.Take(sizeof(long)), (value - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);
    }

    private void WriteText(string? value)
    {
        if (value is null)
        {
            WriteNull();
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        WriteInt32(length);
        Encoding.UTF8.GetBytes(value, _buffer.Take(length));
    }

    private void WriteTexts(IReadOnlyList<string> values)
    {
        var start = _buffer.Length;
        WriteInt32(0);
        WriteInt32(values.Count == 0 ? 0 : 1);
        WriteInt32(0);
        WriteInt32(TextType);
        if (values.Count > 0)
        {
            WriteInt32(values.Count);
            WriteInt32(1);
        }

        for (var at = 0; at < values.Count; at++)
        {
            WriteText(values[at]);
        }

        BinaryPrimitives.WriteInt32BigEndian(_buffer.WrittenSpan[start..], _buffer.Length - start - sizeof(int));
    }

    private void WriteJson(byte[] utf8)
    {
        WriteInt32(utf8.Length + 1);
        _buffer.Take(1)[0] = JsonbVersion;
        WriteRaw(utf8);
    }

    private void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteInt32(value.Length);
        WriteRaw(value);
    }

    private void WriteNull() => WriteInt32(-1);

    private void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(_buffer.Take(sizeof(int)), value);

    private void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(_buffer.Take(sizeof(short)), value);

    private void WriteRaw(ReadOnlySpan<byte> value) => value.CopyTo(_buffer.Take(value.Length));
}
