using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>A verified webhook that waits for its commit, with what will be published about it. Its properties are those of a <see cref="Deliveries.Delivery"/>.</summary>
public sealed class PendingDelivery
{
    public required Guid Id { get; init; }

    public required string Source { get; init; }

    public required string Provider { get; init; }

    public required string EventKey { get; init; }

    public required string EventType { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The kept headers as a JSON object in UTF-8.</summary>
    public required byte[] Headers { get; init; }

    public required RequestBody Body { get; init; }

    public required byte[] BodyHash { get; init; }

    public string? Secret { get; init; }

    /// <summary>The run that recovered it; null for what was sent.</summary>
    public Guid? Recovery { get; init; }

    /// <summary>The name under which it would be recovered, where that is not its event id, see <see cref="Providers.Webhook.ResourceKey"/>.</summary>
    public string? ResourceKey { get; init; }

    public required IReadOnlyList<OutboxMessage> Messages { get; init; }
}

/// <summary>What became of a delivery.</summary>
/// <param name="DeliveryId">Its own id when it is new, else the id of the one that was first with its event id.</param>
public readonly record struct IngestResult(Guid DeliveryId, IngestOutcome Outcome);

public enum IngestOutcome
{
    /// <summary>New: stored, and published soon.</summary>
    Accepted,

    /// <summary>Known already, with the same body.</summary>
    Duplicate,

    /// <summary>Its event id is known with another body: stored and flagged, not published.</summary>
    Conflict,
}
