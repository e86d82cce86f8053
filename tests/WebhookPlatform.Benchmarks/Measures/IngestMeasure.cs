using WebhookPlatform.Benchmarks.Contenders;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Reports;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>How many webhooks per second are verified, deduplicated, durably stored and acknowledged, side by side with three others.</summary>
internal sealed class IngestMeasure : IMeasure
{
    // By number, not by time: on a busy machine a few seconds bring too few requests for the code to be compiled as it will run.
    private const int WarmUpRequests = 30_000;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, List<Round>> _rounds = new(StringComparer.Ordinal);

    public string Title => "Ingest throughput";

    public async Task MeasureAsync(Workbench bench, MeasureReport report, CancellationToken cancellationToken)
    {
        await using var platform = await RunningPlatform.StartGatewayAsync(bench, cancellationToken);
        await using var bare = await bench.StartBareAsync(cancellationToken);
        await using var perRequest = await bench.StartPerRequestAsync(cancellationToken);
        var (express, absence) = await bench.TryStartExpressAsync(cancellationToken);
        await using var _ = express;
        if (absence is not null)
        {
            report.Notes.Add(absence);
        }

        Contender?[] all = [platform.Gateway, bare.Contender, perRequest.Contender, express?.Contender];
        Contender[] contenders = [.. all.OfType<Contender>()];
        for (var round = 0; round <= bench.Options.Rounds; round++)
        {
            foreach (var contender in contenders)
            {
                await PressAsync(bench, platform, contender, round, cancellationToken);
            }
        }

        Report(bench, report);
    }

    private async Task PressAsync(Workbench bench, RunningPlatform platform, Contender contender, int number, CancellationToken cancellationToken)
    {
        // Round 0 lets everything compile and connect; it does not count.
        var duration = number == 0 ? LongestWarmUp : bench.Options.Round;
        var requests = number == 0 ? Workbench.Requests(WarmUpRequests) : Workbench.RequestsFor(contender, duration);
        var watch = UsageWatch.Start(contender.Process, bench.PostgreSql, bench.RabbitMq);
        var result = await LoadGenerator.RunAsync(contender.Address, requests, new LoadPlan(bench.Options.Connections, duration), cancellationToken: cancellationToken);
        var (used, processors) = (watch.Used(), watch.Processors);
        long waiting = 0;
        if (contender == platform.Gateway)
        {
            waiting = await platform.CountAsync("gateway", OutboxQueries.CountMessages);
            await platform.RelayedAsync();
        }

        if (number == 0)
        {
            return;
        }

        if (result.AcceptedInAll < result.Sent)
        {
            throw new InvalidOperationException($"{contender.Name} did not accept everything: {Words.Statuses(result)}");
        }

        _rounds.TryAdd(contender.Name, []);
        _rounds[contender.Name].Add(new Round(result, used, processors, waiting));
        Workbench.Say($"round {number}  {contender.Name,-12} {Words.Rate(result.AcceptedPerSecond)}, p99 {Words.Time(result.Accepted.Quantile(0.99))}, generator {Words.Share(result.GeneratorShare)} of a core, stolen {Words.Share(processors.StolenShare)}");
    }

    private void Report(Workbench bench, MeasureReport report)
    {
        var gateway = Rates("gateway");
        bench.SetCapacity(Statistics.Median(gateway));
        report.Findings.Add(new Finding("ingest: durable, verified, deduplicated", "", Words.Rate(Statistics.Median(gateway)), null));
        Compare(report, gateway, BareServer.Name, 0.4);
        Compare(report, gateway, Express.Name, 3);
        Compare(report, gateway, PerRequestServer.Name, 10);

        report.Tables.Add(new ReportTable(
            $"Medians of {bench.Options.Rounds} interleaved rounds of {bench.Options.Seconds} s, {bench.Options.Connections} connections",
            ["", "accepted/s", "lowest – highest round", "p50", "p99", "generator, share of a core", "time stolen from the machine"],
            [.. _rounds.Select(contender => (IReadOnlyList<string>)[
                contender.Key,
                Words.Number(Statistics.Median(Rates(contender.Key))),
                $"{Words.Number(Rates(contender.Key).Min())} – {Words.Number(Rates(contender.Key).Max())}",
                Words.Time(Quantile(contender.Value, 0.5)),
                Words.Time(Quantile(contender.Value, 0.99)),
                Words.Share(Statistics.Median(contender.Value.Select(round => round.Result.GeneratorShare))),
                Words.Share(Statistics.Median(contender.Value.Select(round => round.Processors.StolenShare)))])]));
        report.Tables.Add(new ReportTable(
            "Processor time for 1,000 accepted webhooks",
            ["", "itself", "PostgreSQL", "RabbitMQ", "load generator"],
            [.. _rounds.Select(contender => (IReadOnlyList<string>)[
                contender.Key,
                Cost(contender.Value, round => round.Used[contender.Key]),
                Cost(contender.Value, round => round.Used["PostgreSQL"]),
                Cost(contender.Value, round => round.Used["RabbitMQ"]),
                Cost(contender.Value, round => round.Result.GeneratorTime)])]));
        report.Charts.Add(new ReportChart("ingest.svg", "Webhooks accepted per second by the gateway and by what it is compared with", BarChart.Draw(
            "Webhooks accepted per second",
            "gateway: durable · bare: verified, discarded · per-request: durable, EF Core · express: unverified, discarded",
            [.. _rounds.Select(contender => new Bar(contender.Key, Statistics.Median(Rates(contender.Key)), Words.Number(Statistics.Median(Rates(contender.Key))), contender.Key is "gateway"))])));
        report.Notes.Add("Consumers do not run here, but the gateway's own relay does: it publishes to RabbitMQ while webhooks come in.");
        report.Notes.Add($"When a round of the gateway ended, {Words.Number(Statistics.Median(_rounds["gateway"].Select(round => (double)round.Waiting)))} messages (median; two for each webhook) still waited in its outbox; the next round began when it was empty.");
        report.Notes.Add("bare and express keep nothing, so they get the same 50,000 signed requests again and again; the others get each event once.");
        report.Data["rounds"] = _rounds.ToDictionary(contender => contender.Key, contender => contender.Value.Select(round => round.Data).ToList(), StringComparer.Ordinal);
    }

    private void Compare(MeasureReport report, List<double> gateway, string other, double goal)
    {
        if (!_rounds.ContainsKey(other))
        {
            report.Findings.Add(new Finding($"ingest against {other}", $"at least {Words.Factor(goal)} {other}", "not measured", null));
            return;
        }

        var ratio = Statistics.MedianRatio(gateway, Rates(other));
        report.Findings.Add(new Finding($"ingest against {other}", $"at least {Words.Factor(goal)} {other}", $"{Words.Factor(ratio)} ({Words.Number(Statistics.Median(gateway))}/s against {Words.Number(Statistics.Median(Rates(other)))}/s)", ratio >= goal));
    }

    private List<double> Rates(string contender) => _rounds.TryGetValue(contender, out var rounds) ? rounds.ConvertAll(round => round.Result.AcceptedPerSecond) : [];

    private static TimeSpan Quantile(List<Round> rounds, double quantile) =>
        TimeSpan.FromMicroseconds(Statistics.Median(rounds.Select(round => round.Result.Accepted.Quantile(quantile).TotalMicroseconds)));

    private static string Cost(List<Round> rounds, Func<Round, TimeSpan> time) =>
        $"{Words.Number(Statistics.Median(rounds.Select(round => time(round).TotalMilliseconds / round.Result.AcceptedInAll * 1000)))} ms";

    private sealed record Round(LoadResult Result, Dictionary<string, TimeSpan> Used, ProcessorTimes Processors, long Waiting)
    {
        public object Data => new
        {
            acceptedPerSecond = Result.AcceptedPerSecond,
            p50Ms = Result.Accepted.Quantile(0.5).TotalMilliseconds,
            p99Ms = Result.Accepted.Quantile(0.99).TotalMilliseconds,
            generatorShare = Result.GeneratorShare,
            stolenShare = Processors.StolenShare,
            processorSeconds = Used.ToDictionary(pair => pair.Key, pair => pair.Value.TotalSeconds, StringComparer.Ordinal),
            outboxAtEnd = Waiting,
        };
    }
}
