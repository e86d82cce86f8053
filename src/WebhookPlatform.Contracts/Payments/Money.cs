namespace WebhookPlatform.Contracts.Payments;

/// <summary>An amount of money.</summary>
/// <param name="MinorUnits">In the currency's minor unit, as providers send it: cents for USD, whole yen for JPY, fils for KWD (three decimals).</param>
/// <param name="Currency">ISO 4217 code in upper case, e.g. <c>USD</c>.</param>
public sealed record Money(long MinorUnits, string Currency);
