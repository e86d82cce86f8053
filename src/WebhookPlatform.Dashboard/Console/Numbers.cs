using System.Globalization;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Dashboard.Console;

/// <summary>Counts and rates for people.</summary>
public static class Numbers
{
    /// <summary><c>12,345</c>, and <c>1.23 M</c> from a million on.</summary>
    public static string Count(long count) => count switch
    {
        >= 1_000_000_000 => Scaled(count / 1e9, "G"),
        >= 1_000_000 => Scaled(count / 1e6, "M"),
        _ => count.ToString("N0", CultureInfo.InvariantCulture),
    };

    /// <summary><c>12 %</c>, <c>0.3 %</c>; a dash when there is nothing to relate to. Never rounds a few away to 0 % or up to 100 %.</summary>
    public static string Rate(long part, long whole)
    {
        if (whole <= 0)
        {
            return "–";
        }

        var percent = 100.0 * part / whole;
        return percent switch
        {
            0 or 100 => $"{percent:0} %",
            < 0.1 => "< 0.1 %",
            > 99.9 => "> 99.9 %",
            _ => string.Create(CultureInfo.InvariantCulture, $"{percent:0.0} %"),
        };
    }

    /// <summary><c>512 bytes</c>, <c>1.5 KiB</c>, <c>16.0 MiB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        1 => "1 byte",
        < 1024 => $"{bytes} bytes",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MiB"),
    };

    /// <summary><c>1 request</c>, <c>12 requests</c>.</summary>
    public static string Of(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary><c>1,234.50</c>, where the currency is told beside it.</summary>
    public static string Amount(long minorUnits, string currency) => MoneyText.Format(minorUnits, currency)[..^(currency.Length + 1)];

    /// <summary>All requests, whatever became of them.</summary>
    public static long All(this IngressTotals totals) => totals.Accepted + totals.Duplicates + totals.Conflicts + totals.Rejected + totals.Refused;

    private static string Scaled(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} {unit}");
}
