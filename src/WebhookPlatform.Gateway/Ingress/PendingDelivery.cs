using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>A verified webhook that waits for its commit, with what will be published about it.</summary>
/// <param name="HeadersJson">The kept headers as a JSON object.</param>
public sealed record PendingDelivery(Delivery Delivery, string HeadersJson, IReadOnlyList<OutboxMessage> Messages);

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
