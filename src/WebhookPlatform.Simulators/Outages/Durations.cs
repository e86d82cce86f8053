using System.Globalization;
using System.Text;

namespace WebhookPlatform.Simulators.Outages;

/// <summary>Durations as people write them: <c>3h</c>, <c>90m</c>, <c>2d</c>, <c>1h30m</c>, <c>20s</c>, <c>500ms</c>, <c>3w</c>.</summary>
public static class Durations
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("w", TimeSpan.FromDays(7)),
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>The longest duration that is understood: ten years.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(3653);

    /// <summary>Reads one or more numbers, each with a unit (ms, s, m, h, d, w), in any order; fractions are allowed.</summary>
    /// <returns>Whether the text is a duration of at most <see cref="Longest"/>; 0s is one too.</returns>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan().Trim();
        var total = 0d;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            {
                digits++;
            }

            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..].TrimStart();
            if (Unit(rest) is not { } unit)
            {
                return false;
            }

            total += number * unit.Length.TotalMilliseconds;
            rest = rest[unit.Unit.Length..].TrimStart();
        }

        if (total > Longest.TotalMilliseconds)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>Writes a duration by its two largest units: <c>3 h</c>, <c>1 h 30 min</c>, <c>2 d 4 h</c>, <c>0.5 s</c>.</summary>
    public static string Text(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(10))
        {
            return duration.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture) + " s";
        }

        // Rounded to what is shown, so that 59 min 59.9 s becomes 1 h.
        var precision = duration < TimeSpan.FromHours(1) ? TimeSpan.TicksPerSecond : duration < TimeSpan.FromDays(1) ? TimeSpan.TicksPerMinute : TimeSpan.TicksPerHour;
        var rounded = new TimeSpan((duration.Ticks + (precision / 2)) / precision * precision);
        var text = new StringBuilder();
        (int Value, string Unit)[] parts = [(rounded.Days, "d"), (rounded.Hours, "h"), (rounded.Minutes, "min"), (rounded.Seconds, "s")];
        foreach (var (value, unit) in parts.SkipWhile(part => part.Value == 0).Take(2).Where(part => part.Value != 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{value} {unit}");
        }

        return text.ToString();
    }

    private static (string Unit, TimeSpan Length)? Unit(ReadOnlySpan<char> text)
    {
        foreach (var unit in Units)
        {
            if (text.StartsWith(unit.Unit, StringComparison.OrdinalIgnoreCase))
            {
                return unit;
            }
        }

        return null;
    }
}
