using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.UnitTests.Gateway.Providers.Payloads;

public sealed class PayloadMoneyTests
{
    [Theory]
    [InlineData("12.50", "eur", 1250)]
    [InlineData("12.5", "EUR", 1250)]
    [InlineData("12", "EUR", 1200)]
    [InlineData("0.00", "USD", 0)]
    [InlineData("12.500", "USD", 1250)]
    [InlineData("1980", "JPY", 1980)]
    [InlineData("1980.00", "JPY", 1980)]
    [InlineData("1.234", "KWD", 1234)]
    [InlineData("1.2345", "CLF", 12345)]
    [InlineData("92233720368547758.07", "USD", long.MaxValue)]
    public void Decimal_amount_is_counted_in_the_currencys_minor_unit(string amount, string currency, long expected) =>
        Assert.Equal(expected, PayloadMoney.FromDecimal(amount, currency)?.MinorUnits);

    [Theory]
    [InlineData(null, "USD")]
    [InlineData("1.00", null)]
    [InlineData("", "USD")]
    [InlineData("-1.00", "USD")]
    [InlineData("1.005", "USD")]
    [InlineData("1980.5", "JPY")]
    [InlineData("1,000.00", "USD")]
    [InlineData("1e3", "USD")]
    [InlineData(" 1", "USD")]
    [InlineData("1.00", "US")]
    [InlineData("1.00", "U$D")]
    [InlineData("92233720368547758.08", "USD")]
    [InlineData("9999999999999999999999999999", "CLF")]
    [InlineData("99999999999999999999999999999999999999", "USD")]
    public void What_is_not_exactly_an_amount_of_money_is_none(string? amount, string? currency) =>
        Assert.Null(PayloadMoney.FromDecimal(amount, currency));
}
