using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Money as senders write it.</summary>
public static class PayloadMoney
{
    /// <summary>Null unless the amount is there and not negative, and the currency is three letters.</summary>
    /// <param name="minorUnits">In the currency's minor unit.</param>
    /// <param name="currency">ISO 4217 code in any case.</param>
    public static Money? From(long? minorUnits, string? currency) =>
        minorUnits is >= 0 && currency is { Length: 3 } && currency.All(char.IsAsciiLetter)
            ? new Money(minorUnits.Value, currency.ToUpperInvariant())
            : null;
}
