using System.Diagnostics;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>Ingest into a gateway that has stored millions of deliveries, side by side with an empty one.</summary>
internal sealed class GrowthMeasure : IMeasure
{
    private const int FullSize = 5_000_000;
    private const double LeastShare = 0.9;

    public string Title => "Growth";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var empty = await RunningPlatform.StartGatewayAsync(bench, cancellationToken);
        await using var full = await RunningPlatform.StartGatewayAsync(bench, cancellationToken);
        await full.PressAsync(1, TimeSpan.FromSeconds(1), cancellationToken);
        var history = new StoredHistory(full, bench.Options.Rows);
        var began = Stopwatch.GetTimestamp();
        await history.FillAsync(share => Workbench.Say($"stored {Words.Share(share)} of {Words.Number(bench.Options.Rows)} deliveries"), cancellationToken);
        await history.ChurnAsync(cancellationToken);
        Workbench.Say($"filled and churned within {Words.Time(Stopwatch.GetElapsedTime(began))}");

        var (few, many) = (new List<Round>(), new List<Round>());
        for (var number = 0; number <= bench.Options.Rounds; number++)
        {
            var small = await PressAsync(bench, empty, cancellationToken);
            var large = await PressAsync(bench, full, cancellationToken);

            // The first round only warms up.
            if (number > 0)
            {
                few.Add(small);
                many.Add(large);
                Workbench.Say($"round {number}  empty {Words.Rate(small.Accepted)}, full {Words.Rate(large.Accepted)}");
            }
        }

        await ReportAsync(bench, report, history, few, many, cancellationToken);
    }

    private static async Task<Round> PressAsync(Workbench bench, RunningPlatform platform, CancellationToken cancellationToken)
    {
        var requests = Workbench.RequestsFor(platform.Gateway, bench.Options.Round);
        var began = Stopwatch.GetTimestamp();
        var result = await LoadGenerator.RunAsync(platform.Gateway.Address, requests, new LoadPlan(bench.Options.Connections, bench.Options.Round), cancellationToken: cancellationToken);
        await platform.RelayedAsync();
        return new Round(result.AcceptedPerSecond, result.Accepted.Quantile(0.99).TotalMilliseconds, result.AcceptedInAll / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static async Task ReportAsync(Workbench bench, MeasureReport report, StoredHistory history, List<Round> few, List<Round> many, CancellationToken cancellationToken)
    {
        var share = Statistics.MedianRatio(many.ConvertAll(round => round.Accepted), few.ConvertAll(round => round.Accepted));
        var (small, large) = (Statistics.Median(few.Select(round => round.Accepted)), Statistics.Median(many.Select(round => round.Accepted)));
        report.Findings.Add(new Finding(
            $"growth: ingest with {Words.Number(bench.Options.Rows)} stored deliveries", $"with {Words.Number(FullSize)} at least {Words.Factor(LeastShare)} empty", $"{Words.Factor(share)} ({Words.Rate(large)} against {Words.Rate(small)})", share >= LeastShare).If(bench.Options.Rows >= FullSize));
        report.Tables.Add(new ReportTable(
            $"Medians of {bench.Options.Rounds} interleaved rounds of {bench.Options.Seconds} s",
            ["", "accepted/s", "p99", "accepted and relayed/s"],
            [.. new[] { ("empty", few), ("full", many) }.Select(side => (IReadOnlyList<string>)[
                side.Item1,
                Words.Number(Statistics.Median(side.Item2.Select(round => round.Accepted))),
                $"{Words.Number(Statistics.Median(side.Item2.Select(round => round.P99)))} ms",
                Words.Number(Statistics.Median(side.Item2.Select(round => round.Relayed)))])]));
        var sizes = await history.SizesAsync(cancellationToken);
        report.Tables.Add(new ReportTable("Size of the gateway's tables for each million of deliveries", ["table", "rows", "indexes"], [.. sizes.Select(size => (IReadOnlyList<string>)[
            size.Table, Words.Megabytes(size.Rows * 1e6 / bench.Options.Rows), Words.Megabytes(size.Indexes * 1e6 / bench.Options.Rows)])]));
        report.Charts.Add(new ReportChart("growth.svg", "Ingest throughput of an empty gateway and of one with a long history", BarChart.Draw(
            "Webhooks accepted per second",
            $"empty, and with {Words.Number(bench.Options.Rows)} stored deliveries",
            [new Bar("empty", small, Words.Number(small), false), new Bar("full", large, Words.Number(large), true)])));
        report.Notes.Add("The history was written by SQL: copies of a real delivery and its claim under other ids and keys, spread over the last 25 days, each day in its partition. As many messages as deliveries have gone through its outbox before.");
        report.Data["empty"] = few;
        report.Data["full"] = many;
        report.Data["bytes"] = sizes;
    }

    private sealed record Round(double Accepted, double P99, double Relayed);
}
