using System.Collections.Frozen;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Messaging;

/// <summary>
/// Which service's queue listens to what. Every service creates all of it before it publishes: a service that has never run yet misses nothing,
/// since its queue is there and keeps what is meant for it. Queues get <see cref="Wire.Bundle"/>s; exchanges named after contracts give each message by itself.
/// </summary>
public static class Topology
{
    /// <summary>The dashboard's queue: everything.</summary>
    public const string Dashboard = "dashboard";

    /// <summary>The notifications service's queue.</summary>
    public const string Notifications = "notifications";

    /// <summary>The automation service's queue.</summary>
    public const string Automation = "automation";

    private static readonly FrozenDictionary<string, IReadOnlyList<Type>> Subscriptions = new Dictionary<string, IReadOnlyList<Type>>(StringComparer.Ordinal)
    {
        [Dashboard] = [.. ContractCatalog.DomainEvents, typeof(EffectRecorded), typeof(IngressTallied), typeof(InAppNotificationPosted), typeof(LedgerPage), typeof(LedgerClosed), typeof(LedgerAnswered)],
        [Notifications] = [.. ContractCatalog.DomainEvents, typeof(NotificationRequested), typeof(LedgerPage)],
        [Automation] = [.. ContractCatalog.DomainEvents, typeof(LedgerPage)],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All queues' names.</summary>
    public static IReadOnlyCollection<string> Queues => Subscriptions.Keys;

    /// <summary>The contracts a queue listens to.</summary>
    public static IReadOnlyList<Type> MessagesOf(string queue) => Subscriptions[queue];

    // RabbitMQ 4 drops a quorum queue's message after 20 returns by default, and a killed consumer returns all it held: practically never here.
    // Which argument says "unlimited" differs between versions; a large number means the same in all.
    internal static IReadOnlyDictionary<string, object> QueueArguments { get; } = new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 1_000_000,
    };

    /// <summary>
    /// Declares the queues of the platform, each behind an exchange of its name as MassTransit does for a receive endpoint, and an exchange for every contract,
    /// to which nothing of the platform is bound. Harmless when they exist.
    /// </summary>
    internal static async Task DeployAsync(IChannel channel, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        foreach (var queue in queues)
        {
            await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, QueueArguments.ToDictionary(pair => pair.Key, object? (pair) => pair.Value, StringComparer.Ordinal), cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancellationToken);
        }

        foreach (var contract in ContractCatalog.DomainEvents.Concat(ContractCatalog.PlatformMessages))
        {
            await channel.ExchangeDeclareAsync(ExchangeOf(contract), ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        }
    }

    /// <summary>The exchange on which a contract is published for everybody: its namespace and name, as MassTransit names it.</summary>
    public static string ExchangeOf(Type message) => $"{message.Namespace}:{message.Name}";
}
