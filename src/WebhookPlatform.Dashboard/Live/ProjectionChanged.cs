namespace WebhookPlatform.Dashboard.Live;

/// <summary>A replica committed to the projections: every other replica hears it and reads what is new.</summary>
/// <param name="Replica">Who committed; a replica ignores its own notices, it knew before.</param>
public sealed record ProjectionChanged(Guid Replica, Changes Changes);

/// <summary>What changed.</summary>
[Flags]
public enum Changes
{
    None = 0,

    /// <summary>Counts or lines of the feed.</summary>
    Activity = 1,

    /// <summary>Payments and their days.</summary>
    Payments = 2,

    /// <summary>Alerts.</summary>
    Alerts = 4,

    /// <summary>Nobody knows: notices may have been missed.</summary>
    Unknown = 8,
}
