using System.Diagnostics;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Reports;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>How long a webhook takes to those who watch, and what many watchers cost those who send.</summary>
internal sealed class LiveMeasure : IMeasure
{
    private const int Rate = 200;
    private const int ViewerCount = 500;
    private const double MostCost = 0.3;
    private static readonly TimeSpan MostMedian = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostP99 = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(10);

    private long _expected;

    public string Title => "Live";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var platform = await RunningPlatform.StartAllAsync(bench, cancellationToken);
        await using var receiver = await bench.StartBareAsync(cancellationToken);
        await Effects.SeedAsync(platform, receiver.Contender, cancellationToken);
        _expected = (await Effects.WarmUpAsync(platform, cancellationToken)).Done;
        await MeasureLatencyAsync(bench, platform, report, cancellationToken);
        await MeasureViewersAsync(bench, platform, report, cancellationToken);
    }

    private async Task MeasureLatencyAsync(Workbench bench, RunningPlatform platform, MeasureReport report, CancellationToken cancellationToken)
    {
        await SendAsync(bench, platform, TimeSpan.FromSeconds(5), cancellationToken);
        var before = _expected;
        LoadResult result;
        var listener = new FrameListener(platform.Service("dashboard").Operator);
        await using (listener)
        {
            await listener.FirstFrame.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            result = await SendAsync(bench, platform, bench.Options.Round * 3, cancellationToken);

            // The frame that shows the last one may still be under way; one comes within ten seconds even when nothing changes.
            var soFar = listener.Frames;
            await Eventually.IsTrue(() => Task.FromResult(listener.Frames > soFar));
        }

        var (seen, unseen) = Latencies(listener.Totals(), before, result);
        var (median, p99) = (seen.Quantile(0.5), seen.Quantile(0.99));
        Workbench.Say($"POST to frame: p50 {Words.Time(median)}, p99 {Words.Time(p99)}, {unseen} not seen");
        report.Findings.Add(new Finding($"live: POST to server-sent event at {Words.Rate(Rate)}, p50", "at most 100 ms", Words.Time(median), median <= MostMedian && unseen == 0));
        report.Findings.Add(new Finding($"live: POST to server-sent event at {Words.Rate(Rate)}, p99", "at most 500 ms", Words.Time(p99), p99 <= MostP99 && unseen == 0));
        double[] quantiles = [0.5, 0.9, 0.99, 0.999];
        report.Charts.Add(new ReportChart("live.svg", "Time from the POST to the server-sent event, by quantile", BarChart.Draw(
            "From the POST to the browser",
            $"at {Words.Rate(Rate)}; milliseconds",
            [.. quantiles.Select(quantile => new Bar(Words.Quantile(quantile), seen.Quantile(quantile).TotalMilliseconds, Words.Time(seen.Quantile(quantile)), true))])));
        report.Notes.Add("From the scheduled moment of the n-th POST to the first frame whose total of events includes n of them. Acknowledgements meanwhile: "
            + $"p50 {Words.Time(result.Accepted.Quantile(0.5))}, p99 {Words.Time(result.Accepted.Quantile(0.99))}.");
        report.Data["frameMs"] = quantiles.ToDictionary(Words.Quantile, quantile => seen.Quantile(quantile).TotalMilliseconds, StringComparer.Ordinal);
        report.Data["unseen"] = unseen;
    }

    private async Task<LoadResult> SendAsync(Workbench bench, RunningPlatform platform, TimeSpan duration, CancellationToken cancellationToken)
    {
        var result = await LoadGenerator.RunAsync(platform.Gateway.Address, Workbench.EndlessRequests(), new LoadPlan(bench.Options.Connections, duration, Rate), cancellationToken: cancellationToken);
        await DrainAsync(platform, result);
        return result;
    }

    private Task<Effects> DrainAsync(RunningPlatform platform, LoadResult result) => Effects.DoneAsync(platform, _expected += result.AcceptedInAll, DrainDeadline);

    private static (Histogram Seen, long Unseen) Latencies(IReadOnlyList<(long At, long Events)> frames, long before, LoadResult result)
    {
        var seen = new Histogram();
        var frame = 0;
        for (long number = 0; number < result.AcceptedInAll; number++)
        {
            while (frame < frames.Count && frames[frame].Events < before + number + 1)
            {
                frame++;
            }

            if (frame == frames.Count)
            {
                return (seen, result.AcceptedInAll - number);
            }

            var posted = result.Started + (long)(number * (double)Stopwatch.Frequency / Rate);
            seen.Record(Stopwatch.GetElapsedTime(posted, frames[frame].At));
        }

        return (seen, 0);
    }

    private async Task MeasureViewersAsync(Workbench bench, RunningPlatform platform, MeasureReport report, CancellationToken cancellationToken)
    {
        var (alone, watched, shares) = (new List<double>(), new List<double>(), new List<double>());
        long bytes = 0;
        for (var number = 0; number <= bench.Options.Rounds; number++)
        {
            var without = await PressAsync(bench, platform, cancellationToken);
            double with;
            var viewers = new Viewers(platform.Service("dashboard").Address, "/api/live", Workbench.OperatorKey, ViewerCount);
            var began = Stopwatch.GetTimestamp();
            await using (viewers)
            {
                with = await PressAsync(bench, platform, cancellationToken);
                if (viewers.Lost > 0)
                {
                    throw new InvalidOperationException($"{viewers.Lost} of {ViewerCount} live streams ended early.");
                }
            }

            bytes = viewers.Bytes;

            // The first round only warms up.
            if (number > 0)
            {
                alone.Add(without);
                watched.Add(with);
                shares.Add(viewers.ProcessorTime / Stopwatch.GetElapsedTime(began));
                Workbench.Say($"round {number}  {Words.Rate(without)} alone, {Words.Rate(with)} with {ViewerCount} viewers ({Words.Megabytes(bytes)} of frames)");
            }
        }

        var cost = 1 - Statistics.MedianRatio(watched, alone);
        report.Findings.Add(new Finding(
            $"live: cost of {ViewerCount} connected viewers", "less than 30 % of throughput", $"{Words.Share(cost)} ({Words.Rate(Statistics.Median(watched))} instead of {Words.Rate(Statistics.Median(alone))})", cost < MostCost));
        report.Notes.Add($"Viewers are streams of /api/live that read everything ({Words.Megabytes(bytes)} in the last round) and cost the load generator's process {Words.Share(Statistics.Median(shares))} of a core. All services run meanwhile, and each round begins when everything before it is done.");
        report.Data["acceptedPerSecondAlone"] = alone;
        report.Data["acceptedPerSecondWatched"] = watched;
    }

    private async Task<double> PressAsync(Workbench bench, RunningPlatform platform, CancellationToken cancellationToken)
    {
        var requests = Workbench.RequestsFor(platform.Gateway, bench.Options.Round);
        var result = await LoadGenerator.RunAsync(platform.Gateway.Address, requests, new LoadPlan(bench.Options.Connections, bench.Options.Round), cancellationToken: cancellationToken);
        await DrainAsync(platform, result);
        return result.AcceptedPerSecond;
    }
}
