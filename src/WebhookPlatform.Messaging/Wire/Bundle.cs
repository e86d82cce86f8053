using System.Text.Json;
using WebhookPlatform.Contracts;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>
/// Messages that travel to one queue together. Brokers and consumers pay mostly per message, so what an outbox holds at one moment goes as one;
/// each message in it keeps its own id and trace, and is claimed, applied and dead-lettered by itself.
/// </summary>
/// <param name="Messages">At least one.</param>
public sealed record Bundle(IReadOnlyList<BundledMessage> Messages)
{
    /// <summary>Most messages in one bundle.</summary>
    public const int MostMessages = 512;

    /// <summary>Bytes of JSON after which a bundle takes no more; RabbitMQ 4 refuses messages of more than 16 MiB.</summary>
    /// <remarks>https://www.rabbitmq.com/docs/configure: <c>max_message_size</c>.</remarks>
    public const int EnoughBytes = 1024 * 1024;
}

/// <summary>One message of a <see cref="Bundle"/>.</summary>
/// <param name="MessageId">The same on every redelivery.</param>
/// <param name="Name">Contract name, e.g. <c>PaymentCompleted</c>; see <see cref="ContractCatalog"/>.</param>
/// <param name="TraceParent">W3C trace context of what caused it; null when nobody traces.</param>
/// <param name="Body">The contract as <see cref="ContractCatalog.Json"/> writes it.</param>
public sealed record BundledMessage(Guid MessageId, string Name, string? TraceParent, JsonElement Body)
{
    /// <summary>Reads the contract.</summary>
    /// <exception cref="JsonException">There is no such contract, or the body is not one.</exception>
    public object Read() =>
        Body.Deserialize(ContractCatalog.Find(Name) ?? throw new JsonException($"There is no contract '{Name}'."))
        ?? throw new JsonException($"The {Name} is empty.");
}
