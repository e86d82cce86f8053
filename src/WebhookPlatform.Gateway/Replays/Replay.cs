namespace WebhookPlatform.Gateway.Replays;

/// <summary>An operator had a delivery published again.</summary>
public sealed class Replay
{
    public required Guid Id { get; init; }

    public required Guid DeliveryId { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Contract names of the events published again, under their first ids.</summary>
    public required string[] Events { get; init; }
}
