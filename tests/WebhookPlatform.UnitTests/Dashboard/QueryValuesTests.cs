using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.UnitTests.Dashboard;

public sealed class QueryValuesTests
{
    [Theory]
    [InlineData(null, 30)]
    [InlineData("", 30)]
    [InlineData("1", 1)]
    [InlineData("366", 366)]
    [InlineData("9223372036854775807", 366)]
    public void Number_is_read_and_capped(string? text, int expected)
    {
        Assert.True(QueryValues.TryNumber(text, "days", usual: 30, most: 366, out var number, out _));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("１")]
    [InlineData("99999999999999999999")]
    public void What_is_no_number_is_explained(string text)
    {
        Assert.False(QueryValues.TryNumber(text, "days", usual: 30, most: 366, out _, out var problem));
        Assert.Equal("'days' must be a whole number from 1 to 366.", problem.ProblemDetails.Detail);
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T13:00:00+01:00")]
    [InlineData("2026-01-31T13:00:00 01:00")]
    public void Place_may_be_a_time(string text)
    {
        Assert.True(QueryValues.TryPlace(text, "before", out var place, out _));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), place?.Time);
        Assert.Equal(TimeSpan.Zero, place?.Time?.Offset);
    }

    [Fact]
    public void Place_may_be_the_id_of_a_line()
    {
        var id = Guid.NewGuid();

        Assert.True(QueryValues.TryPlace(id.ToString(), "before", out var place, out _));

        Assert.Equal(id, place?.Line);
    }
}
