using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using WebhookPlatform.Chaos.Faults;

namespace WebhookPlatform.Chaos.Verdict;

/// <summary>What a run did and what became of it.</summary>
/// <param name="Took">From the first webhook to the verdict.</param>
/// <param name="Settled">How long the platform took to finish its work when the last fault was over and the last webhook acknowledged.</param>
/// <param name="StillUnderWay">What had not ended at the deadline; null when all had.</param>
/// <param name="EndedByThemselves">Replicas that ended without having been killed, and how often.</param>
public sealed record Report(
    ChaosOptions Options,
    DateTimeOffset At,
    TimeSpan Took,
    TimeSpan Settled,
    string? StillUnderWay,
    int Accepted,
    long Attempts,
    long Acknowledgements,
    long Cuts,
    int Canaries,
    IReadOnlyList<FaultRecord> Faults,
    IReadOnlyDictionary<string, int> EndedByThemselves,
    IReadOnlyList<Check> Checks)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    /// <summary>Sabotage of the databases that the oracle overlooked, when it was tried.</summary>
    public IReadOnlyList<string> Unnoticed { get; init; } = [];

    /// <summary>Whether every promise was kept.</summary>
    public bool Passed => StillUnderWay is null && Unnoticed.Count == 0 && Checks.All(check => check.Passed) && Faults.All(fault => fault.Recovery is not null);

    /// <summary>The command that repeats it.</summary>
    public string Command => string.Create(CultureInfo.InvariantCulture, $"./chaos.sh --webhooks {Options.Webhooks} --faults {Options.Faults} --seed {Options.Seed} --longest-outage {Options.LongestOutage.TotalSeconds:0}");

    /// <summary>Writes <c>report.md</c> and <c>report.json</c>.</summary>
    public async Task WriteAsync(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), ToMarkdown());
        await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), JsonSerializer.Serialize(this, Json));
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        Line($"# Chaos run {Options.Seed}: {(Passed ? "every promise kept" : "PROMISES BROKEN")}");
        Line($"");
        Line($"`{Command}` on {At:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}.");
        Line($"");
        Line($"| | |");
        Line($"|---|---:|");
        Line($"| webhooks acknowledged | {Accepted:N0} ({Canaries} canaries among them) |");
        Line($"| requests sent, retries and duplicates included | {Attempts:N0} |");
        Line($"| acknowledgements | {Acknowledgements:N0} |");
        Line($"| connections cut by the driver | {Cuts:N0} |");
        Line($"| faults | {Faults.Count} |");
        Line($"| time | {Took.TotalMinutes:0.0} min |");
        Line($"| settled after everything was back | {(StillUnderWay is null ? $"{Settled.TotalSeconds:0.0} s" : $"NOT: {StillUnderWay}")} |");
        Line($"| processes that ended without being killed | {(EndedByThemselves.Count == 0 ? "none" : string.Join(", ", EndedByThemselves.Select(entry => $"{entry.Key} {entry.Value}×")))} |");
        Line($"");
        Line($"## Promises");
        Line($"");
        Line($"| | promise | compared |");
        Line($"|---|---|---|");
        foreach (var check in Checks)
        {
            Line($"| {(check.Passed ? "kept" : "**BROKEN**")} | {check.Promise} | {check.Counted} |");
        }

        foreach (var act in Unnoticed)
        {
            Line($"| **BROKEN** | The oracle notices sabotage | {act} |");
        }

        foreach (var check in Checks.Where(check => !check.Passed))
        {
            Line($"");
            Line($"**{check.Promise}**: broken by");
            Line($"");
            foreach (var violation in check.Violations)
            {
                Line($"- {violation}");
            }
        }

        Line($"");
        Line($"## Recovery");
        Line($"");
        Line($"From the end of a fault's cause until a fresh webhook had gone all the way: stored, on the dashboard, notified, and a rule's request at its receiver. What a killed server or service needs to start is part of it. Faults overlap, so some recoveries wait for the next fault's end.");
        Line($"");
        Line($"| fault | times | median | longest |");
        Line($"|---|---:|---:|---:|");
        foreach (var group in Faults.GroupBy(record => KindOf(record.Fault), StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var times = group.Select(record => record.Recovery ?? TimeSpan.MaxValue).Order().ToList();
            Line($"| {group.Key} | {times.Count} | {Seconds(times[(times.Count - 1) / 2])} | {Seconds(times[^1])} |");
        }

        Line($"");
        Line($"## Faults");
        Line($"");
        Line($"| # | began | fault | target | lasted | recovered in |");
        Line($"|---:|---:|---|---|---:|---:|");
        foreach (var record in Faults)
        {
            Line($"| {record.Fault.Number} | {record.Began.TotalSeconds:0.0} s | {record.Fault.Kind} | {record.Fault.Target} | {(record.Ended - record.Began).TotalSeconds:0.0} s | {Seconds(record.Recovery ?? TimeSpan.MaxValue)} |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string KindOf(PlannedFault fault) => fault.Kind is FaultKind.KillServer or FaultKind.FreezeServer or FaultKind.ServerAway ? $"{fault.Kind} {fault.Target}" : fault.Kind.ToString();

    private static string Seconds(TimeSpan time) => time == TimeSpan.MaxValue ? "**never**" : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
