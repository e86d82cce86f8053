using CsCheck;
using WebhookPlatform.Benchmarks.Load;

namespace WebhookPlatform.UnitTests.Benchmarks;

public sealed class HistogramTests
{
    [Fact]
    public void Quantiles_are_right_to_within_a_percent() =>
        Gen.Long[0, TimeSpan.TicksPerMinute].Array[1, 500].Select(Gen.Double[0, 1]).Sample((ticks, quantile) =>
        {
            var histogram = Of(ticks);
            var exact = ticks.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(quantile * ticks.Length) - 1));

            Assert.InRange(histogram.Quantile(quantile).Ticks, exact, (exact * 1.01) + 1);
        });

    [Fact]
    public void Longest_is_exact_and_nothing_is_longer()
    {
        var histogram = Of([1, 123_456_789, 77]);

        Assert.Equal(123_456_789, histogram.Max.Ticks);
        Assert.Equal(histogram.Max, histogram.Quantile(1));
    }

    [Fact]
    public void Two_together_are_as_one()
    {
        var both = Of([5, 10_000]);
        both.Add(Of([20, 3_000_000]));

        Assert.Equal(4, both.Count);
        Assert.Equal(Of([5, 10_000, 20, 3_000_000]).Quantile(0.75), both.Quantile(0.75));
        Assert.Equal(3_000_000, both.Max.Ticks);
    }

    [Fact]
    public void Without_values_every_quantile_is_zero() => Assert.Equal(TimeSpan.Zero, new Histogram().Quantile(0.99));

    private static Histogram Of(IEnumerable<long> ticks)
    {
        var histogram = new Histogram();
        foreach (var value in ticks)
        {
            histogram.Record(new TimeSpan(value));
        }

        return histogram;
    }
}
