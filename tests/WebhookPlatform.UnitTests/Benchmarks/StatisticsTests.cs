using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.UnitTests.Benchmarks;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 7.0 }, 7.0)]
    [InlineData(new[] { 9.0, 1.0, 5.0 }, 5.0)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 2.0 }, 2.5)]
    public void Median_is_the_middle(double[] values, double median) => Assert.Equal(median, Statistics.Median(values));

    [Fact]
    public void Ratio_compares_within_rounds_so_that_a_slow_round_does_not_distort_it() =>
        Assert.Equal(2, Statistics.MedianRatio([200, 20, 400], [100, 10, 100]));

    [Fact]
    public void Ratio_of_unequal_rounds_is_refused() => Assert.Throws<ArgumentException>(() => Statistics.MedianRatio([1, 2], [1]));

    [Fact]
    public void Stolen_time_is_told_from_busy_time()
    {
        var times = ProcessorTimes.Parse("cpu  100 0 50 800 20 0 10 20 0 0") - ProcessorTimes.Parse("cpu  0 0 0 0 0 0 0 0 0 0");

        Assert.Equal(0.16, times.BusyShare);
        Assert.Equal(0.02, times.StolenShare);
    }

    [Theory]
    [InlineData(13_204, "13,204")]
    [InlineData(26.66, "26.7")]
    [InlineData(0.416, "0.42")]
    [InlineData(0, "0")]
    public void Numbers_have_as_many_digits_as_they_are_worth(double value, string text) => Assert.Equal(text, Words.Number(value));
}
