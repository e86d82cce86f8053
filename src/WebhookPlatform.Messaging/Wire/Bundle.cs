using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookPlatform.Contracts;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>
/// Messages that travel to one queue together. Brokers and consumers pay mostly per message, so what an outbox holds at one moment goes as one;
/// each message in it keeps its own id and trace, and is claimed, applied and dead-lettered by itself.
/// </summary>
/// <remarks>
/// It comes in two forms: <c>{"messages": […]}</c>, which people can read in the error queue, for what travels alone;
/// <c>{"packed": "…"}</c>, base64 of a <see cref="BundlePack"/>, for many, since reading JSON inside of JSON cost consumers more than anything else.
/// </remarks>
public sealed record Bundle
{
    /// <summary>Most messages in one bundle.</summary>
    public const int MostMessages = 512;

    /// <summary>Bytes of JSON after which a bundle takes no more; RabbitMQ 4 refuses messages of more than 16 MiB.</summary>
    /// <remarks>https://www.rabbitmq.com/docs/configure: <c>max_message_size</c>.</remarks>
    public const int EnoughBytes = 1024 * 1024;

    /// <exception cref="JsonException">There is no message in it, or the pack is none.</exception>
    [JsonConstructor]
    public Bundle(IReadOnlyList<BundledMessage>? messages, byte[]? packed = null)
    {
        Packed = packed;
        Messages = packed is null ? messages ?? [] : BundlePack.Read(packed);
        if (Messages.Count == 0)
        {
            throw new JsonException("The bundle is empty.");
        }
    }

    /// <summary>At least one.</summary>
    public IReadOnlyList<BundledMessage> Messages { get; }

    /// <summary>The pack that <see cref="Messages"/> were read from; null when they came by themselves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public byte[]? Packed { get; }
}

/// <summary>One message of a <see cref="Bundle"/>.</summary>
/// <param name="MessageId">The same on every redelivery.</param>
/// <param name="Name">Contract name, e.g. <c>PaymentCompleted</c>; see <see cref="ContractCatalog"/>.</param>
/// <param name="TraceParent">W3C trace context of what caused it; null when nobody traces.</param>
/// <param name="Body">The contract as UTF-8 JSON, as <see cref="ContractCatalog.Json"/> writes it.</param>
public sealed record BundledMessage(Guid MessageId, string Name, string? TraceParent, [property: JsonConverter(typeof(RawJsonConverter))] ReadOnlyMemory<byte> Body)
{
    /// <summary>Reads the contract.</summary>
    /// <exception cref="JsonException">There is no such contract, or the body is not one.</exception>
    public object Read() =>
        JsonSerializer.Deserialize(Body.Span, ContractCatalog.Find(Name) ?? throw new JsonException($"There is no contract '{Name}'."))
        ?? throw new JsonException($"The {Name} is empty.");
}
