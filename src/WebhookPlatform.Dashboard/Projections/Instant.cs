namespace WebhookPlatform.Dashboard.Projections;

/// <summary>Times as the database keeps them.</summary>
internal static class Instant
{
    /// <summary>In UTC and whole microseconds: what is compared in memory must be what is compared in the database.</summary>
    public static DateTimeOffset Of(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>Start of the minute, UTC.</summary>
    public static DateTimeOffset Minute(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
