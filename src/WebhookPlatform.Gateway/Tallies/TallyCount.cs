namespace WebhookPlatform.Gateway.Tallies;

/// <summary>Requests of a source in a minute, to be added to the totals.</summary>
/// <param name="Recovered">How many of the accepted were not sent but found at the provider.</param>
public sealed record TallyCount(string Source, string Provider, DateTimeOffset Minute, long Accepted, long Duplicates, long Conflicts, long Rejected, long Refused, long Recovered = 0)
{
    /// <summary>The start of the minute, UTC.</summary>
    public static DateTimeOffset MinuteOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
