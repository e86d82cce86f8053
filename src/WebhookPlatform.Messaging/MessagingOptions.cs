namespace WebhookPlatform.Messaging;

/// <summary>Configuration section <c>Messaging</c>, and <c>ConnectionStrings:RabbitMq</c>.</summary>
public sealed class MessagingOptions
{
    internal Uri? Broker { get; set; }

    /// <summary>Queues to keep messages for; leave out a service that is never run, or its queue grows without end. All of <see cref="Topology.Queues"/> by default.</summary>
    public IList<string> Consumers { get; } = [];

    /// <summary>Bundles a consumer holds unacknowledged at most, each of up to <see cref="Wire.Bundle.MostMessages"/> messages.</summary>
    public ushort Prefetch { get; set; } = 16;

    /// <summary>Outbox rows the relay has in flight to the broker at most, each of up to 64 messages.</summary>
    public int RelayBatchSize { get; set; } = 64;

    /// <summary>How long the inbox remembers a message; deliveries older than that cannot be replayed, since nobody would recognize the repeat.</summary>
    public TimeSpan InboxRetention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Those that messages are kept for.</summary>
    public IEnumerable<string> Queues => Consumers.Count > 0 ? Consumers : Topology.Queues;
}
