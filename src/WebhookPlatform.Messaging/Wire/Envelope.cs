using System.Buffers;
using System.Text.Json;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>
/// Writes MassTransit's JSON envelope around outbox rows, whose JSON is copied rather than read and written anew.
/// Any MassTransit consumer reads the result; others find the contract under <c>message</c>.
/// </summary>
/// <remarks>https://masstransit.io/documentation/concepts/messages#message-headers and .../configuration/serialization.</remarks>
internal static class Envelope
{
    public const string ContentType = "application/vnd.masstransit+json";

    /// <summary>One message by itself.</summary>
    /// <exception cref="JsonException">The row's body is not JSON.</exception>
    public static ReadOnlyMemory<byte> Of(OutboxMessage row, Type contract, DateTimeOffset sentAt) =>
        Write(contract, row.MessageId, row.TraceParent, sentAt, row.Body.Length, json => WriteBody(json, row));

    /// <summary>Messages that travel together.</summary>
    /// <param name="rows">Their bodies must be JSON, as <see cref="Of"/> finds out.</param>
    public static ReadOnlyMemory<byte> OfBundle(IReadOnlyList<OutboxMessage> rows, DateTimeOffset sentAt) =>
        Write(typeof(Bundle), rows[0].MessageId, traceParent: null, sentAt, rows.Sum(row => row.Body.Length + 200), json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("messages");
            foreach (var row in rows)
            {
                json.WriteStartObject();
                json.WriteString("messageId", row.MessageId);
                json.WriteString("name", row.Name);
                if (row.TraceParent is not null)
                {
                    json.WriteString("traceParent", row.TraceParent);
                }

                json.WritePropertyName("body");
                WriteBody(json, row);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private static ReadOnlyMemory<byte> Write(Type contract, Guid messageId, string? traceParent, DateTimeOffset sentAt, int size, Action<Utf8JsonWriter> writeMessage)
    {
        var buffer = new ArrayBufferWriter<byte>(size + 400);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("messageId", messageId);
        json.WriteStartArray("messageType");
        json.WriteStringValue($"urn:message:{contract.Namespace}:{contract.Name}");
        json.WriteEndArray();
        json.WritePropertyName("message");
        writeMessage(json);
        json.WriteString("sentTime", sentAt.UtcDateTime);
        json.WriteStartObject("headers");
        if (traceParent is not null)
        {
            json.WriteString("MT-Activity-Id", traceParent);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteBody(Utf8JsonWriter json, OutboxMessage row) => json.WriteRawValue(row.Body);
}
