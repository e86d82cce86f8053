using System.Text.Json;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Wire;

/// <summary>
/// A confirming channel to the broker on which a batch of messages goes out: to every queue of the platform one bundle of what it listens to, and each message
/// once more by itself to the exchange of its type, for whoever else has bound a queue there.
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

    /// <summary>Publishes rows and waits until the broker has confirmed them all.</summary>
    /// <returns>Rows that can never be published, since they are no messages: the others are safe with the broker.</returns>
    /// <exception cref="Exception">The broker did not confirm something: all of it must be published again.</exception>
    public async Task<IReadOnlyList<OutboxMessage>> PublishAsync(IReadOnlyList<OutboxMessage> rows, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var broken = new List<OutboxMessage>();
        var readable = new List<(OutboxMessage Row, Type Contract)>(rows.Count);
        var confirms = new List<Task>(rows.Count + _queues.Count);
        foreach (var row in rows)
        {
            try
            {
                var contract = ContractCatalog.Find(row.Name)?.Type ?? throw new JsonException($"There is no contract '{row.Name}'.");
                confirms.Add(SendAsync(Topology.ExchangeOf(contract), row.MessageId, Envelope.Of(row, contract, now), mandatory: false, cancellationToken));
                readable.Add((row, contract));
            }
            catch (JsonException)
            {
                broken.Add(row);
            }
        }

        // A broker that was wiped confirms what it drops for want of a queue. Mandatory messages come back instead, and opening another channel declares the queues.
        foreach (var queue in _queues)
        {
            var listens = Topology.MessagesOf(queue);
            foreach (var bundle in Bundles(readable.Where(message => listens.Contains(message.Contract)).Select(message => message.Row)))
            {
                confirms.Add(SendAsync(queue, bundle[0].MessageId, Envelope.OfBundle(bundle, now), mandatory: true, cancellationToken));
            }
        }

        await Task.WhenAll(confirms);
        return broken;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static IEnumerable<List<OutboxMessage>> Bundles(IEnumerable<OutboxMessage> rows)
    {
        var bundle = new List<OutboxMessage>();
        var bytes = 0;
        foreach (var row in rows)
        {
            bundle.Add(row);
            bytes += row.Body.Length;
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
