using System.Text.Json;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Messaging.Wire;

namespace WebhookPlatform.Messaging.Outbox;

/// <summary>
/// Messages of one commit that share outbox rows, in the form of a <see cref="Bundle"/>: a row costs the database far more than the bytes in it.
/// </summary>
internal static class OutboxPack
{
    /// <summary>Most messages in one row, so that a few rows are a good batch for the relay.</summary>
    public const int MostMessages = 64;

    /// <summary>What stands in a packed row in place of a contract's name.</summary>
    public const string Name = nameof(Bundle);

    /// <summary>Gives as few rows as will do.</summary>
    public static List<OutboxMessage> Pack(IReadOnlyList<OutboxMessage> messages)
    {
        var rows = new List<OutboxMessage>((messages.Count / MostMessages) + 1);
        for (var at = 0; at < messages.Count; at += MostMessages)
        {
            var count = Math.Min(MostMessages, messages.Count - at);
            rows.Add(count == 1 ? messages[at] : PackRow(messages, at, count));
        }

        return rows;
    }

    /// <summary>The messages of a row.</summary>
    /// <param name="broken">Gets what can never be published: it is no JSON, or of a contract that is not known here.</param>
    public static void Unpack(OutboxMessage row, List<Outgoing> messages, List<OutboxMessage> broken)
    {
        if (!string.Equals(row.Name, Name, StringComparison.Ordinal))
        {
            Add(row.MessageId, row.Name, row.TraceParent, row.Body, messages, broken);
            return;
        }

        var parts = new List<Outgoing>(MostMessages);
        var unreadable = new List<OutboxMessage>();
        try
        {
            var reader = new Utf8JsonReader(row.Body);
            Expect(ref reader, JsonTokenType.StartObject);
            Expect(ref reader, JsonTokenType.PropertyName);
            Expect(ref reader, JsonTokenType.StartArray);
            while (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
            {
                ReadPart(ref reader, row.Body, parts, unreadable);
            }
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException)
        {
            broken.Add(row);
            return;
        }

        messages.AddRange(parts);
        broken.AddRange(unreadable);
    }

    private static OutboxMessage PackRow(IReadOnlyList<OutboxMessage> messages, int from, int count)
    {
        var size = 0;
        for (var at = from; at < from + count; at++)
        {
            size += messages[at].Body.Length + 200;
        }

        using var buffer = new PooledBuffer(size);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("messages");
            for (var at = from; at < from + count; at++)
            {
                var message = messages[at];
                Envelope.WriteBundled(json, message.MessageId, message.Name, message.TraceParent, message.Body);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new OutboxMessage { MessageId = messages[from].MessageId, Name = Name, Body = buffer.WrittenSpan.ToArray() };
    }

    private static void ReadPart(ref Utf8JsonReader reader, byte[] row, List<Outgoing> messages, List<OutboxMessage> broken)
    {
        Guid id = default;
        string? name = null;
        string? traceParent = null;
        ReadOnlyMemory<byte> body = default;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("messageId"u8))
            {
                reader.Read();
                id = reader.GetGuid();
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                name = reader.GetString();
            }
            else if (reader.ValueTextEquals("traceParent"u8))
            {
                reader.Read();
                traceParent = reader.GetString();
            }
            else
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                body = row.AsMemory(start, (int)reader.BytesConsumed - start);
            }
        }

        Add(id, name ?? "", traceParent, body, messages, broken);
    }

    private static void Add(Guid id, string name, string? traceParent, ReadOnlyMemory<byte> body, List<Outgoing> messages, List<OutboxMessage> broken)
    {
        if (ContractCatalog.Find(name)?.Type is { } contract && IsJson(body.Span))
        {
            messages.Add(new Outgoing(id, contract, body) { TraceParent = traceParent });
        }
        else
        {
            broken.Add(new OutboxMessage { MessageId = id, Name = name, Body = body.ToArray(), TraceParent = traceParent });
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var isObject = reader.Read() && reader.TokenType is JsonTokenType.StartObject;
            while (reader.Read())
            {
                // Whatever is wrong in it makes the reader throw.
            }

            return isObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException($"There is no {token}.");
        }
    }
}

/// <summary>A message on its way to the broker.</summary>
/// <param name="Contract">The type of its contract.</param>
/// <param name="Body">The contract as JSON, proven to be some.</param>
internal sealed record Outgoing(Guid MessageId, Type Contract, ReadOnlyMemory<byte> Body)
{
    /// <summary>W3C trace context; null when nobody traces.</summary>
    public string? TraceParent { get; set; }
}
