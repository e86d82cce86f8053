using System.Text.Json;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>
/// Writes MassTransit's JSON envelope around messages, whose JSON is copied rather than read and written anew.
/// Any MassTransit consumer reads the result; others find the contract under <c>message</c>.
/// </summary>
/// <remarks>https://masstransit.io/documentation/concepts/messages#message-headers and .../configuration/serialization.</remarks>
internal static class Envelope
{
    public const string ContentType = "application/vnd.masstransit+json";

    private static readonly JsonWriterOptions Trusted = new() { SkipValidation = true };

    /// <summary>One message by itself.</summary>
    public static PooledBuffer Of(Outgoing message, DateTimeOffset sentAt)
    {
        var buffer = new PooledBuffer(message.Body.Length + 400);
        using var json = new Utf8JsonWriter(buffer, Trusted);
        WriteStart(json, message.Contract, message.MessageId);
        WriteBody(json, message.Body.Span);
        WriteEnd(json, message.TraceParent, sentAt);
        return buffer;
    }

    /// <summary>Messages that travel together as a <see cref="Bundle"/>: one alone to be read by people, more in a pack.</summary>
    public static PooledBuffer OfBundle(IReadOnlyList<Outgoing> messages, DateTimeOffset sentAt)
    {
        var buffer = new PooledBuffer((BundlePack.SizeOf(messages) * 4 / 3) + 600);
        using var json = new Utf8JsonWriter(buffer, Trusted);
        WriteStart(json, typeof(Bundle), messages[0].MessageId);
        json.WriteStartObject();
        if (messages is [var alone])
        {
            json.WriteStartArray("messages");
            WriteBundled(json, alone.MessageId, alone.Contract.Name, alone.TraceParent, alone.Body.Span);
            json.WriteEndArray();
        }
        else
        {
            using var pack = new PooledBuffer(BundlePack.SizeOf(messages));
            BundlePack.Write(pack, messages);
            json.WriteBase64String("packed", pack.WrittenSpan);
        }

        json.WriteEndObject();
        WriteEnd(json, traceParent: null, sentAt);
        return buffer;
    }

    /// <summary>Writes a <see cref="BundledMessage"/>.</summary>
    /// <param name="body">Known to be JSON.</param>
    public static void WriteBundled(Utf8JsonWriter json, Guid messageId, string name, string? traceParent, ReadOnlySpan<byte> body)
    {
        json.WriteStartObject();
        json.WriteString("messageId", messageId);
        json.WriteString("name", name);
        if (traceParent is not null)
        {
            json.WriteString("traceParent", traceParent);
        }

        json.WritePropertyName("body");
        WriteBody(json, body);
        json.WriteEndObject();
    }

    private static void WriteStart(Utf8JsonWriter json, Type contract, Guid messageId)
    {
        json.WriteStartObject();
        json.WriteString("messageId", messageId);
        json.WriteStartArray("messageType");
        json.WriteStringValue($"urn:message:{contract.Namespace}:{contract.Name}");
        json.WriteEndArray();
        json.WritePropertyName("message");
    }

    private static void WriteEnd(Utf8JsonWriter json, string? traceParent, DateTimeOffset sentAt)
    {
        json.WriteString("sentTime", sentAt.UtcDateTime);
        json.WriteStartObject("headers");
        if (traceParent is not null)
        {
            json.WriteString("MT-Activity-Id", traceParent);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteBody(Utf8JsonWriter json, ReadOnlySpan<byte> body) => json.WriteRawValue(body, skipInputValidation: true);
}
