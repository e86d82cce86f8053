using System.Globalization;

namespace WebhookPlatform.Messaging.Events;

/// <summary>Amounts for people.</summary>
public static class MoneyText
{
    // ISO 4217, column "minor unit": the currencies whose minor unit is not a hundredth.
    private static readonly HashSet<string> NoDecimals = new(StringComparer.OrdinalIgnoreCase)
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    };

    private static readonly HashSet<string> ThreeDecimals = new(StringComparer.OrdinalIgnoreCase) { "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND" };

    /// <summary>Digits after the decimal point.</summary>
    public static int Decimals(string currency) => NoDecimals.Contains(currency) ? 0 : ThreeDecimals.Contains(currency) ? 3 : 2;

    /// <summary><c>1,234.50 USD</c> for 123450 cents.</summary>
    public static string Format(long minorUnits, string currency)
    {
        var decimals = Decimals(currency);
        var major = minorUnits / (decimal)Math.Pow(10, decimals);
        return $"{major.ToString($"N{decimals}", CultureInfo.InvariantCulture)} {currency}";
    }
}
