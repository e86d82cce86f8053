using System.Globalization;
using WebhookPlatform.Chaos.Cluster;
using WebhookPlatform.Chaos.Faults;
using WebhookPlatform.Chaos.Load;
using WebhookPlatform.Chaos.Verdict;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Chaos;

/// <summary>A whole run: the platform starts, webhooks are posted while everything breaks, and the oracle judges.</summary>
public static class ChaosRun
{
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromMinutes(3);

    /// <param name="log">Gets a line at a time.</param>
    /// <returns>The report, which is also written to the run's folder.</returns>
    public static async Task<Report> ExecuteAsync(ChaosOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var now = clock.GetUtcNow();
        var folder = Path.GetFullPath(options.Folder ?? Path.Combine(SourceTree.Root, ".chaos", string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd-HHmmss}-{options.Seed}")));
        Directory.CreateDirectory(folder);
        log(string.Create(CultureInfo.InvariantCulture, $"Seed {options.Seed}: {options.Webhooks} webhooks, {options.Faults} faults; logs and report in {folder}"));

        await using var receiver = await Receiver.StartAsync();
        await using var platform = await Platform.StartAsync(folder, receiver.Address, cancellationToken);
        var ledger = new Ledger();
        using var poster = new Poster(platform.Gateways, ledger, clock);
        var canaries = new Canaries(platform, poster, receiver, options.Seed, clock);
        var plan = FaultPlan.Make(options.Seed, options.Faults, options.LongestOutage);
        var lasts = options.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : plan.Lasts;
        log(string.Create(CultureInfo.InvariantCulture, $"Two replicas of every service are up; it takes about {lasts.TotalMinutes:0.0} minutes, {options.Webhooks / lasts.TotalSeconds:0} webhooks a second"));

        var began = clock.GetTimestamp();
        var faults = new FaultRunner(platform, canaries, new Poisoner(platform.Servers.Broker, ledger, clock), options.Seed, clock, log).RunAsync(plan, LongestRecovery, cancellationToken);
        var posting = new Driver(poster, clock).RunAsync(Workload.Make(options.Seed, options.Webhooks, now), lasts, cancellationToken);
        await Task.WhenAll(faults, posting);
        log($"{ledger.Acknowledged.Count} webhooks are acknowledged and everything is back; waiting for the rest of the work");

        var oracle = new Oracle(platform, ledger, receiver, clock);
        var (settled, underWay) = await oracle.SettleAsync(options.Deadline, cancellationToken);
        var checks = await oracle.JudgeAsync(cancellationToken);
        var report = new Report(
            options,
            now,
            clock.GetElapsedTime(began),
            settled,
            underWay,
            ledger.Acknowledged.Count,
            ledger.Attempts,
            ledger.Acknowledgements,
            ledger.Cuts,
            ledger.Acknowledged.Keys.Count(key => key.StartsWith(Webhook.CanaryPrefix, StringComparison.Ordinal)),
            await faults,
            platform.Replicas.Where(replica => replica.EndedByItself > 0).ToDictionary(replica => replica.Name, replica => replica.EndedByItself, StringComparer.Ordinal),
            checks)
        {
            Unnoticed = options.Sabotage ? await Sabotage.UnnoticedAsync(platform.Servers, oracle, cancellationToken) : [],
        };
        await report.WriteAsync(folder);
        log(report.ToMarkdown());
        return report;
    }
}
