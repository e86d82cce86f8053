using System.Text;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.UnitTests.Gateway.Providers.Payloads;

public sealed class PayloadTextTests
{
    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData("1700000000.000100", "2023-11-14T22:13:20.0001000+00:00")]
    [InlineData("1700000000123", "2023-11-14T22:13:20.1230000+00:00")]
    [InlineData("2023-11-14T22:13:20Z", "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData("2023-11-15T00:13:20+02:00", "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData("2023-11-14T22:13:20.123456789Z", "2023-11-14T22:13:20.1234568+00:00")]
    [InlineData("2023-11-14 22:13:20 UTC", "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData("2023-11-14 22:13:20 CET", null)]
    [InlineData("2023-11-14", "2023-11-14T00:00:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00+14:00", null)]
    [InlineData("1960-01-01T00:00:00Z", null)]
    [InlineData("01/02/2026", null)]
    [InlineData("99999999999999999", null)]
    [InlineData("1.5e9", null)]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Time_is_read_in_the_ways_senders_write_it(string? text, string? expected) =>
        Assert.Equal(expected, PayloadTime.Parse(text)?.ToString("O", System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("a=1&b=2", "b", "2")]
    [InlineData("a=1&a=2", "a", "1")]
    [InlineData("ab=1&b=%C3%BC+x%2B", "b", "ü x+")]
    [InlineData("b=", "b", "")]
    [InlineData("b", "b", null)]
    [InlineData("b=%", "b", "%")]
    [InlineData("b=%4", "b", "%4")]
    [InlineData("b=%zz", "b", "%zz")]
    [InlineData("b=a=b", "b", "a=b")]
    [InlineData("", "b", null)]
    public void Form_field_is_decoded(string body, string name, string? expected) =>
        Assert.Equal(expected, FormFields.Text(Encoding.UTF8.GetBytes(body), Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData(100L, "usd", "USD")]
    [InlineData(0L, "JPY", "JPY")]
    [InlineData(-1L, "USD", null)]
    [InlineData(1L, "US", null)]
    [InlineData(1L, "U$D", null)]
    [InlineData(1L, null, null)]
    [InlineData(null, "USD", null)]
    public void Money_needs_an_amount_and_a_currency(long? amount, string? currency, string? expected) =>
        Assert.Equal(expected, PayloadMoney.From(amount, currency)?.Currency);

    [Fact]
    public void Name_is_short_and_printable()
    {
        Assert.Equal("evt_1", CleanText.Name("evt_1"));
        Assert.Equal(new string('x', 200), CleanText.Name(new string('x', 200)));
        Assert.All([null, "", "a\0b", "a\nb", new string('x', 201)], text => Assert.Null(CleanText.Name(text)));
    }
}
