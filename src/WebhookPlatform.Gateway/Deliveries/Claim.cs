namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>The duplicate memory: which delivery was first with an event id of a source.</summary>
public sealed class Claim
{
    public required string Source { get; init; }

    public required string EventKey { get; init; }

    public required Guid DeliveryId { get; init; }

    /// <summary>SHA-256 of the first delivery's body, to tell a redelivery from another body under the same id. Empty where the first was recovered: the provider's API writes the same event in other bytes than its webhook.</summary>
    public required byte[] BodyHash { get; init; }

    /// <summary>Redeliveries since, conflicts included.</summary>
    public int Duplicates { get; init; }

    /// <summary>When it came last.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }
}
