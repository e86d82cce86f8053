using System.Globalization;
using System.Xml.Linq;
using CsCheck;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.UnitTests.Benchmarks;

public sealed class ChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(13_204, 5_000, 15_000)]
    [InlineData(47_000, 10_000, 50_000)]
    [InlineData(0.42, 0.1, 0.5)]
    [InlineData(100, 20, 100)]
    [InlineData(0, 1, 1)]
    public void Axis_ends_at_a_round_number(double largest, double step, double end)
    {
        var axis = Axis.For(largest);

        Assert.Equal(step, axis.Step, 1e-9);
        Assert.Equal(end, axis.End, 1e-9);
    }

    [Fact]
    public void Axis_holds_every_value_and_has_few_marks() => Gen.Double[1e-6, 1e12].Sample(largest =>
    {
        var axis = Axis.For(largest);

        Assert.InRange(axis.At(largest, 600), 0, 600.001);
        Assert.InRange(axis.Values.Count(), 2, 7);
    });

    [Fact]
    public void Bars_are_as_long_as_their_values()
    {
        var chart = XDocument.Parse(BarChart.Draw("Title", "under it", [new Bar("a <b>", 40, "40 & more", true), new Bar("c", 10, "10", false)]));

        var widths = chart.Descendants(Svg + "rect").Select(bar => double.Parse(bar.Attribute("width")!.Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(4, widths[0] / widths[1], 0.01);
        Assert.Contains("a <b>", chart.Descendants(Svg + "text").Select(text => text.Value));
    }

    [Fact]
    public void Lines_stay_within_the_picture()
    {
        var chart = XDocument.Parse(LineChart.Draw("Title", "under it", [new Line("one", [(0, 0), (30, 250), (60, 1000)]), new Line("none", [])]));

        var points = chart.Descendants(Svg + "polyline").First().Attribute("points")!.Value.Split(' ').Select(point => point.Split(',')).ToList();
        Assert.Equal(3, points.Count);
        Assert.All(points, point => Assert.InRange(double.Parse(point[0], CultureInfo.InvariantCulture), 0, 760));
        Assert.All(points, point => Assert.InRange(double.Parse(point[1], CultureInfo.InvariantCulture), 0, 320));
    }
}
