using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>How long a sender waits for its acknowledgement at a quarter of what the gateway can take, compared with one commit of PostgreSQL.</summary>
internal sealed class LatencyMeasure : IMeasure
{
    private const int YardstickSeconds = 3;
    private const double MostCommits = 10;

    public string Title => "Acknowledgement latency";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var platform = await RunningPlatform.StartGatewayAsync(bench, cancellationToken);
        var yardstick = await bench.CreateDatabaseAsync("yardstick");
        await PgBench.PrepareAsync(yardstick, cancellationToken);
        var capacity = await bench.CapacityAsync(platform, cancellationToken);
        var rate = Math.Max(1, Math.Round(capacity / 4));
        await platform.PressAsync(bench.Options.Connections, TimeSpan.FromSeconds(6), cancellationToken);

        var rounds = new List<Round>();
        for (var number = 1; number <= bench.Options.Rounds; number++)
        {
            var commit = await PgBench.CommitAsync(yardstick, YardstickSeconds, cancellationToken);
            var requests = Workbench.Requests((int)(rate * bench.Options.Seconds) + 1);
            var watch = UsageWatch.Start(platform.Gateway.Process, bench.PostgreSql, bench.RabbitMq);
            var result = await LoadGenerator.RunAsync(platform.Gateway.Address, requests, new LoadPlan(bench.Options.Connections, bench.Options.Round, rate), cancellationToken: cancellationToken);
            rounds.Add(new Round(result, commit, watch.Processors));
            await platform.RelayedAsync();
            Workbench.Say($"round {number}  {Words.Rate(rate)}: p50 {At(result, 0.5)}, p99 {At(result, 0.99)}, p99.9 {At(result, 0.999)}; one commit {Words.Time(commit)}; stolen {Words.Share(watch.Processors.StolenShare)}");
        }

        Report(bench, report, rounds, rate);
    }

    private static void Report(Workbench bench, MeasureReport report, List<Round> rounds, double rate)
    {
        var commit = Statistics.Median(rounds.Select(round => round.Commit.TotalMilliseconds));
        var ratio = Statistics.MedianRatio(rounds.ConvertAll(round => round.Result.Accepted.Quantile(0.99).TotalMilliseconds), rounds.ConvertAll(round => round.Commit.TotalMilliseconds));
        report.Findings.Add(new Finding(
            $"acknowledgement p99 at {Words.Rate(rate)}, open loop", $"at most {Words.Factor(MostCommits)} one single-row commit", $"{Words.Factor(ratio)} ({Median(rounds, 0.99)} against {Words.Number(commit)} ms)", ratio <= MostCommits));
        report.Findings.Add(new Finding("acknowledgement p99.9", "reported", Median(rounds, 0.999), null));
        report.Tables.Add(new ReportTable(
            $"Medians of {bench.Options.Rounds} rounds of {bench.Options.Seconds} s at {Words.Rate(rate)}, a quarter of the throughput",
            ["p50", "p90", "p99", "p99.9", "longest", "sent late by (p99)", "one commit", "not accepted"],
            [[Median(rounds, 0.5), Median(rounds, 0.9), Median(rounds, 0.99), Median(rounds, 0.999), Median(rounds, 1),
                Words.Time(TimeSpan.FromMicroseconds(Statistics.Median(rounds.Select(round => round.Result.Lag.Quantile(0.99).TotalMicroseconds)))),
                $"{Words.Number(commit)} ms", Words.Number(rounds.Sum(round => round.Result.Sent - round.Result.AcceptedInAll))]]));
        double[] quantiles = [0.5, 0.9, 0.99, 0.999];
        report.Charts.Add(new ReportChart("latency.svg", "Acknowledgement latency by quantile, and the time of one commit", BarChart.Draw(
            "Time to the acknowledgement",
            $"at {Words.Rate(rate)} on a schedule that does not wait for answers; milliseconds",
            [.. quantiles.Select(quantile => new Bar(Words.Quantile(quantile), MedianOf(rounds, quantile), Median(rounds, quantile), true)),
                new Bar("one commit", commit, $"{Words.Number(commit)} ms", false)])));
        report.Notes.Add("Latency counts from the moment a request was scheduled, so waiting behind a slow one is not hidden. The yardstick is pgbench: one client, one prepared insert of one row a transaction, the median of its own log, before each round.");
        report.Data["rounds"] = rounds.ConvertAll(round => round.Data);
    }

    private static double MedianOf(List<Round> rounds, double quantile) => Statistics.Median(rounds.Select(round => round.Result.Accepted.Quantile(quantile).TotalMilliseconds));

    private static string Median(List<Round> rounds, double quantile) => Words.Time(TimeSpan.FromMilliseconds(MedianOf(rounds, quantile)));

    private static string At(LoadResult result, double quantile) => Words.Time(result.Accepted.Quantile(quantile));

    private sealed record Round(LoadResult Result, TimeSpan Commit, ProcessorTimes Processors)
    {
        public object Data => new
        {
            p50Ms = Result.Accepted.Quantile(0.5).TotalMilliseconds,
            p99Ms = Result.Accepted.Quantile(0.99).TotalMilliseconds,
            p999Ms = Result.Accepted.Quantile(0.999).TotalMilliseconds,
            maxMs = Result.Accepted.Max.TotalMilliseconds,
            lagP99Ms = Result.Lag.Quantile(0.99).TotalMilliseconds,
            commitMs = Commit.TotalMilliseconds,
            notAccepted = Result.Sent - Result.AcceptedInAll,
            stolenShare = Processors.StolenShare,
        };
    }
}
