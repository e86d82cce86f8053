using System.Diagnostics;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>Many webhooks at once: how fast they are taken, how long until all have had their effects, and how much memory that takes.</summary>
internal sealed class BurstMeasure : IMeasure
{
    private const int FullSize = 100_000;
    private const long MostResident = 400L * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public string Title => "A burst";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var platform = await RunningPlatform.StartAllAsync(bench, cancellationToken);
        await using var receiver = await bench.StartBareAsync(cancellationToken);
        await Effects.SeedAsync(platform, receiver.Contender, cancellationToken);
        var requests = Workbench.Requests(bench.Options.Burst);
        var families = platform.Families;
        var started = Stopwatch.GetTimestamp();
        await using var sampler = new Sampler<Dictionary<string, double>>(
            TimeSpan.FromSeconds(1), () => Task.FromResult(families.ToDictionary(family => family.Name, family => (double)family.ResidentBytes, StringComparer.Ordinal)));
        var result = await LoadGenerator.RunAsync(platform.Gateway.Address, requests, new LoadPlan(bench.Options.Connections, Longest), cancellationToken: cancellationToken);
        Workbench.Say($"accepted {Words.Number(result.AcceptedInAll)} in {Words.Time(result.Elapsed)}");
        var done = await Effects.DoneAsync(platform, result.AcceptedInAll, Longest);
        var drained = Stopwatch.GetElapsedTime(started);
        await sampler.EndAsync();
        Workbench.Say($"drained after {Words.Time(drained)}");
        Report(report, families, sampler.Samples, result, done, drained, bench.Options.Burst);
    }

    private static void Report(
        MeasureReport report, IReadOnlyList<ProcessFamily> families, IReadOnlyList<(double Second, Dictionary<string, double> Value)> samples, LoadResult result, Effects done, TimeSpan drained, int wanted)
    {
        var peaks = families.ToDictionary(family => family.Name, family => family.PeakResidentBytes, StringComparer.Ordinal);
        var largest = peaks.MaxBy(peak => peak.Value);
        var isWhole = result.AcceptedInAll == wanted && done.Projected == wanted;
        report.Findings.Add(new Finding(
            $"burst of {Words.Number(wanted)}",
            $"{Words.Number(FullSize)} accepted as fast as they come, all drained",
            $"accepted in {Words.Time(result.Elapsed)} ({Words.Rate(result.AcceptedInAll / result.Elapsed.TotalSeconds)}), all effects after {Words.Time(drained)}; {Words.Number(done.Projected)} projected, {Words.Number(done.Notifications)} notifications, {Words.Number(done.Runs)} runs",
            isWhole).If(wanted >= FullSize));
        report.Findings.Add(new Finding("burst: resident memory", "no service above 400 MB", $"{largest.Key} had most: {Words.Megabytes(largest.Value)}", largest.Value < MostResident).If(wanted >= FullSize));
        report.Tables.Add(new ReportTable("Most that was resident", ["service", ""], [.. peaks.Select(peak => (IReadOnlyList<string>)[peak.Key, Words.Megabytes(peak.Value)])]));
        report.Charts.Add(new ReportChart("burst.svg", "Resident memory of the services during and after a burst", LineChart.Draw(
            "Resident memory of the services",
            $"{Words.Number(wanted)} webhooks at once, accepted within {Words.Time(result.Elapsed)}; MiB",
            [.. families.Select(family => new Line(family.Name, [.. samples.Select(sample => (sample.Second, sample.Value[family.Name] / 1024 / 1024))]))])));
        report.Notes.Add($"Services were cold: nothing had been sent to them before. Acknowledgements: p50 {Words.Time(result.Accepted.Quantile(0.5))}, p99 {Words.Time(result.Accepted.Quantile(0.99))}; {Words.Statuses(result)}.");
        report.Data["acceptedSeconds"] = result.Elapsed.TotalSeconds;
        report.Data["drainedSeconds"] = drained.TotalSeconds;
        report.Data["peakResidentBytes"] = peaks;
        report.Data["effects"] = done;
    }
}
