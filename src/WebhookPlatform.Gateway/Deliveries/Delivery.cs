namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>A verified webhook as it came. Never changed after it is written.</summary>
public sealed class Delivery
{
    /// <summary>Version 7: grows with time.</summary>
    public required Guid Id { get; init; }

    public required string Source { get; init; }

    public required string Provider { get; init; }

    /// <summary>The provider's event id, or <c>sha256:…</c> of the body where there is none.</summary>
    public required string EventKey { get; init; }

    /// <summary>The provider's name for the event.</summary>
    public required string EventType { get; init; }

    public required DeliveryStatus Status { get; init; }

    /// <summary>The delivery that has the same event id and another body.</summary>
    public Guid? ConflictOf { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Contract names of the typed events it gave.</summary>
    public required string[] Events { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The headers that are kept, by name.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The raw bytes.</summary>
    public required byte[] Body { get; init; }

    /// <summary>SHA-256 of <see cref="Body"/>.</summary>
    public required byte[] BodyHash { get; init; }

    /// <summary>Which secret proved it, by its id (see <see cref="Sources.SourceSecret.Id"/>); null where the proof is none of the source's secrets.</summary>
    public string? Secret { get; init; }

    /// <summary>The run that found it at the provider (see <see cref="Recovery.RecoveryRun"/>); null for what was sent.</summary>
    public Guid? Recovery { get; init; }
}

public enum DeliveryStatus
{
    /// <summary>Stored and published.</summary>
    Accepted,

    /// <summary>Stored only: its event id is that of an earlier delivery whose body differs.</summary>
    Conflict,
}
