using System.Globalization;
using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Money as senders write it.</summary>
public static class PayloadMoney
{
    private const int LongestDecimal = 28;

    /// <summary>Null unless the amount is there and not negative, and the currency is three letters.</summary>
    /// <param name="minorUnits">In the currency's minor unit.</param>
    /// <param name="currency">ISO 4217 code in any case.</param>
    public static Money? From(long? minorUnits, string? currency) =>
        minorUnits is >= 0 && currency is { Length: 3 } && currency.All(char.IsAsciiLetter)
            ? new Money(minorUnits.Value, currency.ToUpperInvariant())
            : null;

    /// <summary>From an amount in the currency's main unit, as <c>12.50</c> for 1250 cents; null unless it is a whole number of minor units and not negative.</summary>
    /// <param name="amount">Digits with a point or without; no sign, exponent or separators.</param>
    /// <param name="currency">ISO 4217 code in any case.</param>
    public static Money? FromDecimal(string? amount, string? currency)
    {
        if (amount is not { Length: > 0 and <= LongestDecimal } || currency is null
            || !decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units))
        {
            return null;
        }

        var minorUnits = units;
        for (var i = Exponent(currency); i > 0 && minorUnits <= long.MaxValue; i--)
        {
            minorUnits *= 10;
        }

        return minorUnits <= long.MaxValue && decimal.Truncate(minorUnits) == minorUnits ? From((long)minorUnits, currency) : null;
    }

    // ISO 4217, list one: how many decimals a currency has, where they are not two.
    private static int Exponent(string currency) => currency.ToUpperInvariant() switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "UYI" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        "CLF" or "UYW" => 4,
        _ => 2,
    };
}
