using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>Half the pipeline's rate for a long time: does any service's memory grow?</summary>
internal sealed class SoakMeasure : IMeasure
{
    private const int FullRate = 1000;
    private const double MostGrowth = 0.05;
    private const double WarmUp = 0.2;
    private const double Compared = 0.2;
    private static readonly TimeSpan FullLength = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(10);

    public string Title => "Memory over time";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var platform = await RunningPlatform.StartAllAsync(bench, cancellationToken);
        await using var receiver = await bench.StartBareAsync(cancellationToken);
        await Effects.SeedAsync(platform, receiver.Contender, cancellationToken);
        var (families, rate) = (platform.Families, bench.Options.Rate / 2.0);
        var plan = new LoadPlan(bench.Options.Connections, bench.Options.Round * 60, rate);
        await using var sampler = new Sampler<Dictionary<string, double>>(
            plan.Duration / 300, () => Task.FromResult(families.ToDictionary(family => family.Name, family => (double)family.ResidentBytes, StringComparer.Ordinal)));
        var result = await LoadGenerator.RunAsync(platform.Gateway.Address, Workbench.EndlessRequests(), plan, cancellationToken: cancellationToken);
        await sampler.EndAsync();
        var done = await Effects.DoneAsync(platform, result.AcceptedInAll, DrainDeadline);
        Report(report, families, sampler.Samples, plan, result, done);
    }

    private static void Report(
        MeasureReport report, IReadOnlyList<ProcessFamily> families, IReadOnlyList<(double Second, Dictionary<string, double> Value)> samples, LoadPlan plan, LoadResult result, Effects done)
    {
        var isFullSize = plan.Duration >= FullLength && plan.Rate >= FullRate;
        var rows = new List<IReadOnlyList<string>>();
        foreach (var family in families)
        {
            var early = Median(samples, family, plan, WarmUp, WarmUp + Compared);
            var late = Median(samples, family, plan, 1 - Compared, 1);
            var growth = (late / early) - 1;
            rows.Add([family.Name, Words.Megabytes(early), Words.Megabytes(late), Words.Share(growth)]);
            report.Findings.Add(new Finding(
                $"soak: memory of {family.Name}, {Words.Time(plan.Duration)} at {Words.Rate(plan.Rate!.Value)}", "10 min at half load: grows by less than 5 % after warm-up", $"{Words.Share(growth)} ({Words.Megabytes(early)} to {Words.Megabytes(late)})", growth < MostGrowth).If(isFullSize));
        }

        report.Tables.Add(new ReportTable("Resident memory, medians", ["service", "after warm-up", "at the end", "growth"], rows));
        report.Charts.Add(new ReportChart("soak.svg", "Resident memory of the services over a long time", LineChart.Draw(
            $"Resident memory at {Words.Rate(plan.Rate!.Value)}",
            "MiB",
            [.. families.Select(family => new Line(family.Name, [.. samples.Select(sample => (sample.Second, sample.Value[family.Name] / 1024 / 1024))]))])));
        report.Notes.Add($"Half load is half of what the pipeline is measured with. Warm-up is the first fifth; compared are the medians of the second and of the last fifth. {Words.Number(done.Projected)} of {Words.Number(result.AcceptedInAll)} accepted events were projected; {Words.Statuses(result)}.");
        report.Data["samples"] = samples.Select(sample => new { second = Math.Round(sample.Second, 1), residentBytes = sample.Value }).ToList();
    }

    private static double Median(IReadOnlyList<(double Second, Dictionary<string, double> Value)> samples, ProcessFamily family, LoadPlan plan, double from, double to) =>
        Statistics.Median(samples.Where(sample => sample.Second >= plan.Duration.TotalSeconds * from && sample.Second <= plan.Duration.TotalSeconds * to).Select(sample => sample.Value[family.Name]));
}
