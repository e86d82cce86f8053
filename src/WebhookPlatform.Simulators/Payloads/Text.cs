using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WebhookPlatform.Simulators.Payloads;

/// <summary>Values as providers write them, whatever the culture of this machine.</summary>
internal static class Text
{
    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>An amount in the currency's main unit: 12.50, or 1250 for yen.</summary>
    public static string Amount(Money price) =>
        string.Equals(price.Currency, "JPY", StringComparison.Ordinal) ? Number(price.Amount) : (price.Amount / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "Stripe writes currencies in lower case")]
    public static string Lower(string value) => value.ToLowerInvariant();

    public static string Upper(string value) => value.ToUpperInvariant();

    /// <summary>In UTC, to the second: 2026-03-01T09:30:00Z.</summary>
    public static string Seconds(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>In UTC, to the millisecond.</summary>
    public static string Milliseconds(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>In UTC, to the microsecond.</summary>
    public static string Microseconds(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
