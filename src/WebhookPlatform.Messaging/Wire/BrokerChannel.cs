using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>
/// A confirming channel to the broker on which a batch of messages goes out: to every queue of the platform one bundle of what it listens to, and each message
/// once more by itself to the exchange of its type, if anybody else has bound a queue there.
/// </summary>
internal sealed class BrokerChannel : IAsyncDisposable
{
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(5);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly IReadOnlyList<string> _queues;
    private readonly TimeProvider _clock;

    private BrokerChannel(IConnection connection, IChannel channel, IReadOnlyList<string> queues, TimeProvider clock)
    {
        _connection = connection;
        _channel = channel;
        _queues = queues;
        _clock = clock;
    }

    /// <summary>Connects and declares everything that is published to. It does not reconnect: after a failure, open another.</summary>
    public static async Task<BrokerChannel> OpenAsync(Uri broker, IReadOnlyList<string> queues, TimeProvider clock, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = broker,
            RequestedConnectionTimeout = ConnectDeadline,
            RequestedHeartbeat = TimeSpan.FromSeconds(10),
            AutomaticRecoveryEnabled = false,
        };
        var connection = await factory.CreateConnectionAsync("outbox", cancellationToken);
        try
        {
            // No limit of its own on confirms in flight: a batch is the limit.
            var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null), cancellationToken);
            await Topology.DeployAsync(channel, queues, cancellationToken);
            return new BrokerChannel(connection, channel, queues, clock);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes messages and waits until the broker has confirmed them all.</summary>
    /// <exception cref="Exception">The broker did not confirm something: all of it must be published again.</exception>
    public async Task PublishAsync(IReadOnlyList<Outgoing> messages, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var confirms = new List<Task>();

        // A broker that was wiped confirms what it drops for want of a queue. Mandatory messages come back instead, and opening another channel declares the queues.
        foreach (var (queues, listens) in Listeners(messages))
        {
            foreach (var bundle in Bundles(messages.Where(message => listens.Contains(message.Contract))))
            {
                confirms.Add(SendToQueuesAsync(queues, bundle, now, cancellationToken));
            }
        }

        confirms.AddRange(messages.GroupBy(message => message.Contract).Select(alike => PublishToAllAsync([.. alike], now, cancellationToken)));
        await Task.WhenAll(confirms);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    // As a rule nobody has bound a queue to a contract's exchange. The first message finds out: it comes back, and the others need not be sent at all.
    // Who binds one afterwards has bound it after all of these messages had been committed.
    private async Task PublishToAllAsync(List<Outgoing> alike, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await SendSinglyAsync(alike[0], now, mandatory: true, cancellationToken);
        }
        catch (PublishException returned) when (returned.IsReturn)
        {
            return;
        }

        await Task.WhenAll(alike.Skip(1).Select(message => SendSinglyAsync(message, now, mandatory: false, cancellationToken)));
    }

    // Queues that listen to the same of these messages, as they mostly do, get the same bundles.
    private IEnumerable<(IReadOnlyList<string> Queues, HashSet<Type> Listens)> Listeners(IReadOnlyList<Outgoing> messages)
    {
        var contracts = messages.Select(message => message.Contract).ToHashSet();
        var listeners = new List<(List<string> Queues, HashSet<Type> Listens)>();
        foreach (var queue in _queues)
        {
            var listens = Topology.MessagesOf(queue).Where(contracts.Contains).ToHashSet();
            var alike = listeners.Find(known => known.Listens.SetEquals(listens)).Queues;
            if (alike is null)
            {
                listeners.Add(([queue], listens));
            }
            else
            {
                alike.Add(queue);
            }
        }

        return listeners.Select(known => ((IReadOnlyList<string>)known.Queues, known.Listens));
    }

    private async Task SendToQueuesAsync(IReadOnlyList<string> queues, List<Outgoing> bundle, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var envelope = Envelope.OfBundle(bundle, now);
        await Task.WhenAll(queues.Select(queue => SendAsync(queue, bundle[0].MessageId, envelope.WrittenMemory, mandatory: true, cancellationToken)));
    }

    private async Task SendSinglyAsync(Outgoing message, DateTimeOffset now, bool mandatory, CancellationToken cancellationToken)
    {
        using var envelope = Envelope.Of(message, now);
        await SendAsync(Topology.ExchangeOf(message.Contract), message.MessageId, envelope.WrittenMemory, mandatory, cancellationToken);
    }

    private static IEnumerable<List<Outgoing>> Bundles(IEnumerable<Outgoing> messages)
    {
        var bundle = new List<Outgoing>();
        var bytes = 0;
        foreach (var message in messages)
        {
            bundle.Add(message);
            bytes += message.Body.Length;
            if (bundle.Count == Bundle.MostMessages || bytes >= Bundle.EnoughBytes)
            {
                yield return bundle;
                (bundle, bytes) = ([], 0);
            }
        }

        if (bundle.Count > 0)
        {
            yield return bundle;
        }
    }

    private Task SendAsync(string exchange, Guid messageId, ReadOnlyMemory<byte> body, bool mandatory, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties
        {
            MessageId = messageId.ToString(),
            ContentType = Envelope.ContentType,
            DeliveryMode = DeliveryModes.Persistent,
        };
        return _channel.BasicPublishAsync(exchange, routingKey: "", mandatory, properties, body, cancellationToken).AsTask();
    }
}
