using System.Globalization;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Times as senders write them, always returned in UTC (the database takes no other offset).</summary>
public static class PayloadTime
{
    // In seconds this is the year 5138, in milliseconds March 1973: no sender means either.
    private const long FirstMilliseconds = 100_000_000_000;

    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Unix seconds or, from 10^11 on, milliseconds; null outside the years 1970 to 9999.</summary>
    public static DateTimeOffset? FromUnix(long value) => value switch
    {
        < 0 => null,
        < FirstMilliseconds => DateTimeOffset.FromUnixTimeSeconds(value),
        _ when value <= LastMillisecond => DateTimeOffset.FromUnixTimeMilliseconds(value),
        _ => null,
    };

    /// <summary>ISO 8601 (UTC where it has no offset; also <c>2026-03-14 15:09:26 UTC</c>), or Unix seconds, with a fraction or without, or milliseconds; null for anything else.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 40)
        {
            return null;
        }

        if (text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return ParseFraction(text) ?? ParseIso(text);
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? FromUnix(whole) : null;
    }

    private static DateTimeOffset? ParseFraction(string text)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point <= 0
            || text.AsSpan(0, point).ContainsAnyExceptInRange('0', '9')
            || text.AsSpan(point + 1).ContainsAnyExceptInRange('0', '9')
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            || seconds >= FirstMilliseconds)
        {
            return null;
        }

        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    private static DateTimeOffset? ParseIso(string text) =>
        text.Length >= 10 && text[4] == '-' // Leaves out what else the parser would guess at, such as 01/02/2026.
        && DateTimeOffset.TryParse(text.EndsWith(" UTC", StringComparison.Ordinal) ? text[..^4] : text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && time >= DateTimeOffset.UnixEpoch
            ? time
            : null;
}
