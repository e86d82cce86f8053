using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>A steady rate of events from their acceptance to what they cause in all three services, everything on this machine.</summary>
internal sealed class PipelineMeasure : IMeasure
{
    private const int FullRate = 2000;
    private const double MostGrowth = 0.02;
    private const double LeastRate = 0.98;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(10);

    public string Title => "The whole way at a steady rate";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var platform = await RunningPlatform.StartAllAsync(bench, cancellationToken);
        await using var receiver = await bench.StartBareAsync(cancellationToken);
        await Effects.SeedAsync(platform, receiver.Contender, cancellationToken);
        var before = await Effects.WarmUpAsync(platform, cancellationToken);

        long accepted = 0;
        var plan = new LoadPlan(bench.Options.Connections, bench.Options.Round * 6, bench.Options.Rate);
        var requests = Workbench.Requests((int)(bench.Options.Rate * plan.Duration.TotalSeconds) + 1);
        var watch = UsageWatch.Start([.. platform.Families, bench.PostgreSql, bench.RabbitMq]);
        LoadResult result;
        IReadOnlyList<(double Second, Sample Value)> samples;
        await using (var sampler = new Sampler<Sample>(Interval, async () => await SampleAsync(platform, before, () => Interlocked.Read(ref accepted))))
        {
            result = await LoadGenerator.RunAsync(platform.Gateway.Address, requests, plan, so => Interlocked.Exchange(ref accepted, so), cancellationToken);
            await sampler.EndAsync();
            samples = sampler.Samples;
        }

        var (used, processors) = (watch.Used(), watch.Processors);
        var drain = System.Diagnostics.Stopwatch.GetTimestamp();
        var after = await Effects.DoneAsync(platform, before.Done + result.AcceptedInAll, DrainDeadline) - before;
        var drained = System.Diagnostics.Stopwatch.GetElapsedTime(drain);
        Workbench.Say($"{Words.Rate(result.AcceptedPerSecond)} accepted, {Words.Number(samples[^1].Value.Backlog)} waiting at the end, drained after {Words.Time(drained)}; stolen {Words.Share(processors.StolenShare)}");
        Report(bench, report, plan, result, samples, after, drained, used);
    }

    private static async Task<Sample> SampleAsync(RunningPlatform platform, Effects before, Func<long> accepted)
    {
        // Accepted first: what is accepted while the tables are read must not look as if it had been done before it came.
        var taken = accepted();
        var done = (await Effects.ReadAsync(platform)).Done - before.Done;
        return new Sample(taken, Math.Max(0, taken - done), await platform.BundlesAsync());
    }

    private static void Report(
        Workbench bench, MeasureReport report, LoadPlan plan, LoadResult result, IReadOnlyList<(double Second, Sample Value)> samples, Effects after, TimeSpan drained, Dictionary<string, TimeSpan> used)
    {
        var growth = Backlog(samples, plan, 2) - Backlog(samples, plan, 1);
        var inThird = bench.Options.Rate * plan.Duration.TotalSeconds / 3;
        var isHeld = result.AcceptedPerSecond >= bench.Options.Rate * LeastRate && growth <= inThird * MostGrowth;
        report.Findings.Add(new Finding(
            $"pipeline: accepted to effects in all three services, {Words.Time(plan.Duration)}",
            $"{Words.Rate(FullRate)} held for 60 s, queues not growing",
            $"{Words.Rate(result.AcceptedPerSecond)} accepted; {Words.Number(Backlog(samples, plan, 1))} waiting on average in the second third, {Words.Number(Backlog(samples, plan, 2))} in the last; all done {Words.Time(drained)} after the end",
            isHeld).If(bench.Options.AreLongMeasuresLong && bench.Options.Rate >= FullRate));
        // When some were not accepted, nobody knows how many of these were to cause more.
        var isExact = after.Projected == result.AcceptedInAll && after.Notifications == after.Runs && (result.AcceptedInAll < result.Sent || after.Runs == Expected(result));
        report.Findings.Add(new Finding(
            "pipeline: every event took effect once",
            $"{Words.Number(result.AcceptedInAll)} projected, {(result.AcceptedInAll < result.Sent ? "as many notifications as" : Words.Number(Expected(result)) + " notifications and")} runs",
            $"{Words.Number(after.Projected)} projected, {Words.Number(after.Notifications)} notifications, {Words.Number(after.Runs)} runs",
            isExact));
        report.Tables.Add(new ReportTable(
            "Processor time for 1,000 events",
            ["process", "milliseconds"],
            [.. used.Select(process => (IReadOnlyList<string>)[process.Key, Words.Number(process.Value.TotalMilliseconds / result.AcceptedInAll * 1000)]),
                ["load generator", Words.Number(result.GeneratorTime.TotalMilliseconds / result.AcceptedInAll * 1000)]]));
        report.Charts.Add(new ReportChart("pipeline.svg", "Accepted events that wait for an effect, over time", LineChart.Draw(
            $"Events waiting at {Words.Rate(bench.Options.Rate)}",
            "accepted, and not yet projected, considered for notifications and for automation",
            [new Line("events waiting", [.. samples.Select(sample => (sample.Second, (double)sample.Value.Backlog))])])));
        report.Notes.Add($"One event in ten also causes a notification and a run, whose action calls a receiver on this machine. Queues held {Words.Number(samples.Max(sample => sample.Value.Bundles))} messages at most, each a bundle of up to 512 events; so waiting is counted from the tables: accepted minus done by the slowest service, read every four seconds, which itself takes some processor time.");
        report.Notes.Add($"Acknowledgements meanwhile: p50 {Words.Time(result.Accepted.Quantile(0.5))}, p99 {Words.Time(result.Accepted.Quantile(0.99))}; {Words.Statuses(result)}.");
        report.Notes.Add("Not growing means: the mean of the last third is above that of the second by at most 2 % of the events of a third.");
        report.Data["acceptedPerSecond"] = result.AcceptedPerSecond;
        report.Data["drainSeconds"] = drained.TotalSeconds;
        report.Data["effects"] = after;
        report.Data["processorSeconds"] = used.ToDictionary(pair => pair.Key, pair => pair.Value.TotalSeconds, StringComparer.Ordinal);
        report.Data["samples"] = samples.Select(sample => new { second = Math.Round(sample.Second, 1), sample.Value.Accepted, sample.Value.Backlog, sample.Value.Bundles }).ToList();
    }

    private static long Expected(LoadResult result) => (result.AcceptedInAll + 9) / 10;

    private static double Backlog(IReadOnlyList<(double Second, Sample Value)> samples, LoadPlan plan, int third)
    {
        var length = plan.Duration.TotalSeconds / 3;
        return samples.Where(sample => sample.Second >= third * length && sample.Second <= (third + 1) * length).Select(sample => (double)sample.Value.Backlog).DefaultIfEmpty().Average();
    }

    private sealed record Sample(long Accepted, long Backlog, long Bundles);
}
