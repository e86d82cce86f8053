using System.Diagnostics;
using System.Diagnostics.Metrics;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Automation.Runs;

/// <summary>Meter <c>WebhookPlatform.Automation</c>.</summary>
internal static class RunMetrics
{
    private static readonly Meter Meter = new("WebhookPlatform.Automation");
    private static readonly Counter<long> RunsPlanned = Meter.CreateCounter<long>("automation.runs.planned", "{run}", "Runs made because an event matched a rule.");
    private static readonly Counter<long> RunsFinished = Meter.CreateCounter<long>("automation.runs.finished", "{run}", "Runs that succeeded or died.");
    private static readonly Histogram<double> Attempts = Meter.CreateHistogram<double>("automation.attempt.duration", "s", "Attempts of actions.");

    public static void Planned(int runs) => RunsPlanned.Add(runs);

    public static void Finished(WorkState state) => RunsFinished.Add(1, new KeyValuePair<string, object?>("state", Lower(state)));

    public static void Attempted(RuleAction action, ActionOutcome outcome, TimeSpan duration) =>
        Attempts.Record(duration.TotalSeconds, new TagList { { "action", action is HttpAction ? HttpAction.Type : NotifyAction.Type }, { "outcome", Lower(outcome) } });

    // Label values are lower case by convention.
#pragma warning disable CA1308
    private static string Lower<TValue>(TValue value)
        where TValue : struct, Enum => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
