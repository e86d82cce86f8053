using System.Globalization;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Charts;

/// <summary>The last hour's requests, a stacked bar a minute. Lines and bars are SVG that stretches; words are HTML that does not.</summary>
public sealed partial class HourChart : ModelComponent<Overview>
{
    internal const int Height = 100;
    internal const int Unit = 10;

    /// <summary>What a bar is made of, from the bottom up.</summary>
    internal static IReadOnlyList<ChartSeries> Series { get; } =
    [
        new("accepted", "Accepted", Always: true, totals => totals.Accepted),
        new("duplicates", "Duplicates", Always: true, totals => totals.Duplicates),
        new("conflicts", "Conflicts", Always: false, totals => totals.Conflicts),
        new("rejected", "Rejected", Always: true, totals => totals.Rejected),
        new("refused", "Refused", Always: false, totals => totals.Refused),
    ];

    private long Total(ChartSeries series) => Model is null ? 0 : series.Of(Model.LastHour);

    private static string Y(long value, Scale scale) => Invariant(Height - ((double)Height * value / scale.Top));

    private static string Left(int at, int count) => $"left:{Invariant(100.0 * (at + 0.5) / count)}%";

    // A label near an edge would stick out of the chart on a phone.
    private static string? Edge(int at, int count) => at < 3 ? "first" : at >= count - 3 ? "last" : null;

    private static string Invariant(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Describe(Overview overview)
    {
        var busiest = overview.Minutes.MaxBy(minute => minute.Ingress.All());
        var totals = string.Join(", ", Series.Where(series => series.Of(overview.LastHour) > 0).Select(series => $"{series.Of(overview.LastHour)} {series.Label}"));
        return totals.Length == 0 || busiest is null
            ? "No requests."
            : $"{totals}. Busiest minute: {busiest.Minute.UtcDateTime:HH:mm} UTC with {busiest.Ingress.All()} requests.";
    }
}

/// <summary>One part of each bar.</summary>
/// <param name="Kind">CSS class of its colour.</param>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Always">Whether it stays in the legend when there is none of it.</param>
/// <param name="Of">Reads its count.</param>
internal sealed record ChartSeries(string Kind, string Label, bool Always, Func<IngressTotals, long> Of);

/// <summary>The vertical axis: from zero to a round number.</summary>
/// <param name="Top">The value at the top.</param>
/// <param name="Ticks">Values with a line, from the top down to zero.</param>
internal sealed record Scale(long Top, IReadOnlyList<long> Ticks)
{
    /// <summary>The smallest scale with round whole steps that <paramref name="highest"/> fits under.</summary>
    public static Scale For(long highest)
    {
        const int Steps = 4;
        long step = 1;
        for (long decade = 1; step * Steps < highest; decade *= 10)
        {
            // 25 is as round as 20, 2.5 is no count.
            long[] candidates = [decade, decade * 2, decade * 5 / 2, decade * 4, decade * 5, decade * 10];
            step = candidates.First(candidate => candidate * Steps >= highest || candidate == decade * 10);
        }

        return new Scale(step * Steps, [.. Enumerable.Range(0, Steps + 1).Select(at => step * (Steps - at))]);
    }
}
