using System.Text.Json;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Messaging;

namespace WebhookPlatform.Chaos.Load;

/// <summary>A message that cannot be applied, and one beside it in the same bundle that must be.</summary>
/// <param name="Queue">The queue it was put into.</param>
/// <param name="MessageId">The poison's own.</param>
/// <param name="Neighbour">A large completed payment: it counts everywhere as if a webhook had brought it.</param>
/// <param name="NeighbourDelivery">The delivery that the neighbour names; the gateway knows nothing of it.</param>
public sealed record Poison(string Queue, Guid MessageId, Webhook Neighbour, Guid NeighbourDelivery);

/// <summary>Puts poison into the services' queues, past the gateway.</summary>
public sealed class Poisoner(Uri broker, Ledger ledger, TimeProvider clock)
{
    /// <summary>The source that neighbours say they come from.</summary>
    public const string Source = "neighbours";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>One poison to each queue; ends when the broker has confirmed them. What it had confirmed before is sent again as it was, which consumers recognize.</summary>
    public async Task PoisonAsync(int seed, int number, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = $"poison_{seed}_{number}";
        var neighbour = new Webhook($"evt_{id}", WebhookKind.Completed, $"pi_{id}", Webhook.LargeFrom + number, "CHF", now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)));
        var (eventId, deliveryId) = (DeterministicId.From(Source, id), DeterministicId.From(Source, id, "delivery"));
        var payment = new PaymentCompleted(
            new EventMetadata(eventId, neighbour.At, now, Source, "stripe", neighbour.EventId, deliveryId, neighbour.PaymentId),
            neighbour.PaymentId,
            new Money(neighbour.Amount, neighbour.Currency));
        foreach (var queue in Topology.Queues)
        {
            var poison = new Poison(queue, DeterministicId.From(id, queue), neighbour, deliveryId);
            var message = Envelope(poison.MessageId, eventId, payment);
            while (!await TryPublishAsync(queue, message, cancellationToken))
            {
                await Task.Delay(Pause, clock, cancellationToken);
            }

            ledger.Poisoned(poison);
        }
    }

    private static byte[] Envelope(Guid poisonId, Guid eventId, PaymentCompleted neighbour) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            messageId = Guid.NewGuid(),
            messageType = new[] { "urn:message:WebhookPlatform.Messaging.Wire:Bundle" },
            message = new
            {
                messages = new object[]
                {
                    new { messageId = poisonId, name = nameof(PaymentCompleted), body = new { metadata = "none", amount = "a lot" } },
                    new { messageId = eventId, name = nameof(PaymentCompleted), body = JsonSerializer.SerializeToElement(neighbour, ContractCatalog.Find(nameof(PaymentCompleted))!) },
                },
            },
            headers = new { },
        });

    private async Task<bool> TryPublishAsync(string queue, byte[] message, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            await using var connection = await new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(deadline.Token);
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), deadline.Token);
            var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent };
            await channel.BasicPublishAsync(queue, routingKey: "", mandatory: true, properties, message, deadline.Token);
            return true;
        }
        catch (Exception away) when (!cancellationToken.IsCancellationRequested && away is not InvalidCastException)
        {
            return false;
        }
    }
}
