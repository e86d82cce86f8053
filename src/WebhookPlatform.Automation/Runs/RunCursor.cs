using System.Globalization;

namespace WebhookPlatform.Automation.Runs;

/// <summary>A place in the list of runs: after the run made at <paramref name="CreatedAt"/> with <paramref name="Id"/>.</summary>
internal readonly record struct RunCursor(DateTimeOffset CreatedAt, Guid Id)
{
    /// <summary>Microseconds, as PostgreSQL keeps them, and the id.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(CreatedAt - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}-{Id:N}");

    /// <summary>Reads what <see cref="ToString"/> wrote, or a point in time.</summary>
    public static bool TryParse(string text, out RunCursor cursor)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0
            && Guid.TryParseExact(text[(dash + 1)..], "N", out var id)
            && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds <= (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond)
        {
            cursor = new RunCursor(DateTimeOffset.UnixEpoch + TimeSpan.FromMicroseconds(microseconds), id);
            return true;
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time);
        cursor = new RunCursor(time, Guid.Empty);
        return isTime;
    }
}
