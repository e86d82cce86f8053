using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>Three times as much as the gateway can take, by senders that do not wait for each other: what it cannot take it has to refuse at once.</summary>
internal sealed class OverloadMeasure : IMeasure
{
    private const int Times = 3;
    private const double LeastAccepted = 0.8;

    // Several times as many as the capacity is measured with, and twice as many as the gateway lets wait.
    private const int Connections = 2000;
    private static readonly TimeSpan MostLatency = TimeSpan.FromMilliseconds(250);

    public string Title => "Overload";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var platform = await RunningPlatform.StartGatewayAsync(bench, cancellationToken);
        await platform.PressAsync(bench.Options.Connections, TimeSpan.FromSeconds(3), cancellationToken);
        var rounds = new List<Round>();
        for (var number = 1; number <= bench.Options.Rounds; number++)
        {
            var capacity = (await platform.PressAsync(bench.Options.Connections, bench.Options.Round, cancellationToken)).AcceptedPerSecond;
            var plan = new LoadPlan(Connections, bench.Options.Round, capacity * Times);
            var requests = Workbench.Requests((int)(plan.Rate!.Value * plan.Duration.TotalSeconds) + 1);
            var processors = ProcessorTimes.Now;
            var result = await LoadGenerator.RunAsync(platform.Gateway.Address, requests, plan, cancellationToken: cancellationToken);
            rounds.Add(new Round(capacity, result, ProcessorTimes.Now - processors));
            await platform.RelayedAsync();
            Workbench.Say($"round {number}  capacity {Words.Rate(capacity)}, offered {Words.Rate(result.SentPerSecond)}, accepted {Words.Rate(result.AcceptedPerSecond)} at p99 {Words.Time(result.Answered.Quantile(0.99))}; {Words.Statuses(result)}");
        }

        Report(bench, report, rounds);
    }

    private static void Report(Workbench bench, MeasureReport report, List<Round> rounds)
    {
        var capacity = Statistics.Median(rounds.Select(round => round.Capacity));
        var offered = Statistics.MedianRatio(rounds.ConvertAll(round => round.Result.SentPerSecond), rounds.ConvertAll(round => round.Capacity));
        var accepted = Statistics.MedianRatio(rounds.ConvertAll(round => round.Result.AcceptedPerSecond), rounds.ConvertAll(round => round.Capacity));
        var latency = TimeSpan.FromMilliseconds(Statistics.Median(rounds.Select(round => round.Result.Answered.Quantile(0.99).TotalMilliseconds)));
        var improper = rounds.Sum(round => round.Improper);
        report.Findings.Add(new Finding(
            $"overload: accepted while {Words.Factor(offered)} capacity is offered", $"at least {Words.Factor(LeastAccepted)} capacity", $"{Words.Factor(accepted)} of {Words.Rate(capacity)}", accepted >= LeastAccepted));
        report.Findings.Add(new Finding("overload: p99 of what is accepted", "under 250 ms", Words.Time(latency), latency < MostLatency));
        report.Findings.Add(new Finding("overload: the rest", "503 with Retry-After", improper == 0 ? $"all {Words.Number(rounds.Sum(round => round.Refused))}" : $"{Words.Number(improper)} ended otherwise: {Words.Statuses(rounds.MaxBy(round => round.Improper)!.Result)}", improper == 0));
        report.Tables.Add(new ReportTable(
            $"{bench.Options.Rounds} rounds of {bench.Options.Seconds} s, {Connections} connections",
            ["capacity", "offered", "accepted", "p99 accepted", "sent late by (p99)", "both together (p99)", "refused"],
            [.. rounds.Select(round => (IReadOnlyList<string>)[
                Words.Rate(round.Capacity), Words.Rate(round.Result.SentPerSecond), Words.Rate(round.Result.AcceptedPerSecond), Words.Time(round.Result.Answered.Quantile(0.99)),
                Words.Time(round.Result.Lag.Quantile(0.99)), Words.Time(round.Result.Accepted.Quantile(0.99)), Words.Number(round.Refused)])]));
        report.Charts.Add(new ReportChart("overload.svg", "What is offered and what is accepted under overload", BarChart.Draw(
            "Three times too much",
            "webhooks per second; medians",
            [new Bar("capacity", capacity, Words.Rate(capacity), false),
                new Bar("offered", offered * capacity, Words.Rate(offered * capacity), false),
                new Bar("accepted", accepted * capacity, Words.Rate(accepted * capacity), true)])));
        report.Notes.Add("Capacity is measured right before each round, by a closed loop. The schedule asks for three times as much; where all connections were taken or the generator was short of processor time, requests went out later. Offered is what went out, and latency counts from there: from the moment of the schedule it is what the table calls both together.");
        report.Data["rounds"] = rounds.ConvertAll(round => round.Data);
    }

    private sealed record Round(double Capacity, LoadResult Result, ProcessorTimes Processors)
    {
        public long Refused => Result.Statuses.GetValueOrDefault(503);

        /// <summary>Neither accepted nor refused as promised.</summary>
        public long Improper => Result.Sent - Result.AcceptedInAll - Refused + Result.WithoutRetryAfter;

        public object Data => new
        {
            capacity = Capacity,
            offeredPerSecond = Result.SentPerSecond,
            acceptedPerSecond = Result.AcceptedPerSecond,
            acceptedP50Ms = Result.Answered.Quantile(0.5).TotalMilliseconds,
            acceptedP99Ms = Result.Answered.Quantile(0.99).TotalMilliseconds,
            acceptedSinceScheduledP99Ms = Result.Accepted.Quantile(0.99).TotalMilliseconds,
            refusedP99Ms = Result.Refused.Quantile(0.99).TotalMilliseconds,
            lagP99Ms = Result.Lag.Quantile(0.99).TotalMilliseconds,
            statuses = Result.Statuses,
            withoutRetryAfter = Result.WithoutRetryAfter,
            broken = Result.Broken,
            unanswered = Result.Unanswered,
            stolenShare = Processors.StolenShare,
        };
    }
}
