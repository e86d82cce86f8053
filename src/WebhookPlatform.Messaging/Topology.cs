using System.Collections.Frozen;
using MassTransit;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Messaging;

/// <summary>
/// Which service's queue listens to what. Every service creates all of it before it publishes: a service that has never run yet misses nothing,
/// since its queue is there and keeps what is meant for it.
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
        [Dashboard] = [.. ContractCatalog.DomainEvents, typeof(EffectRecorded), typeof(IngressTallied), typeof(InAppNotificationPosted)],
        [Notifications] = [.. ContractCatalog.DomainEvents, typeof(NotificationRequested)],
        [Automation] = ContractCatalog.DomainEvents,
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

    /// <summary>Declares the exchanges, queues and bindings exactly as MassTransit does for a receive endpoint. Harmless when they exist.</summary>
    internal static async Task DeployAsync(Uri broker, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { Uri = broker, RequestedConnectionTimeout = TimeSpan.FromSeconds(5) };
        await using var connection = await factory.CreateConnectionAsync("topology", cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in queues)
        {
            await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, QueueArguments.ToDictionary(pair => pair.Key, object? (pair) => pair.Value, StringComparer.Ordinal), cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, queue, "", cancellationToken: cancellationToken);
            foreach (var message in MessagesOf(queue))
            {
                var exchange = ExchangeOf(message);
                await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
                await channel.ExchangeBindAsync(queue, exchange, "", cancellationToken: cancellationToken);
            }
        }
    }

    private static string ExchangeOf(Type message) =>
        message.IsGenericType
            ? $"{message.Namespace}:{message.Name}--{string.Join("--", message.GetGenericArguments().Select(ExchangeOf))}"
            : $"{message.Namespace}:{message.Name}";

    internal sealed class ExchangeNames : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => ExchangeOf(typeof(T));
    }
}
