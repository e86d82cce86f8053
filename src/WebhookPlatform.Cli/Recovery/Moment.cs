using System.Globalization;

namespace WebhookPlatform.Cli.Recovery;

/// <summary>A time as people write it: so long ago (<c>90m</c>, <c>12h</c>, <c>3d</c>), or a date.</summary>
public static class Moment
{
    /// <exception cref="CliException">It is neither.</exception>
    public static DateTimeOffset Parse(string text, string option, DateTimeOffset now)
    {
        if (text.Length is > 1 and < 8 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
        {
            TimeSpan? ago = text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => null,
            };
            if (ago is { } span && span < TimeSpan.FromDays(3650))
            {
                return now - span;
            }
        }

        return text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new CliException($"--{option} '{text}' is no time. Write it like 90m, 12h, 3d or 2026-03-14T15:00Z.");
    }
}
