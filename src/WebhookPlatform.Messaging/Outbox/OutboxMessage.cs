using System.Diagnostics;
using System.Text.Json;
using WebhookPlatform.Contracts;

namespace WebhookPlatform.Messaging.Outbox;

/// <summary>A message that waits to be published, or several of one commit (see <see cref="OutboxPack"/>): written in the transaction of what it tells, removed once the broker has confirmed it.</summary>
public sealed class OutboxMessage
{
    /// <summary>Order of writing.</summary>
    public long Id { get; init; }

    /// <summary>The broker's message id; consumers recognize repeats by it.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>Contract name, e.g. <c>PaymentCompleted</c>; see <see cref="ContractCatalog"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The message as UTF-8 JSON.</summary>
    public required byte[] Body { get; init; }

    /// <summary>W3C trace context of what caused it; null when nobody traces.</summary>
    public string? TraceParent { get; set; }

    /// <summary>Why it can never be published; null for one that waits.</summary>
    public string? Error { get; init; }

    /// <summary>Makes a row for <paramref name="message"/>, which must be in the <see cref="ContractCatalog"/>.</summary>
    /// <exception cref="ArgumentException">Its type is no contract.</exception>
    public static OutboxMessage For(object message, Guid messageId, ActivityContext trace)
    {
        var name = message.GetType().Name;
        var type = ContractCatalog.Find(name) ?? throw new ArgumentException($"{name} is not in the contract catalog.", nameof(message));
        return new OutboxMessage
        {
            MessageId = messageId,
            Name = name,
            Body = JsonSerializer.SerializeToUtf8Bytes(message, type),
            TraceParent = TraceContext.Format(trace),
        };
    }
}
