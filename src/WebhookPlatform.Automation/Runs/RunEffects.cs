using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Automation.Runs;

/// <summary>What the platform's timelines hear about a run.</summary>
internal static class RunEffects
{
    public static EffectRecorded Planned(Run run, DateTimeOffset at) =>
        Effect(run, "run.planned", EffectOutcome.Planned, $"Rule \"{run.RuleName}\" matched: {string.Join(", ", run.Actions.Select(action => action.Summary))}", null, at);

    public static EffectRecorded Succeeded(Run run, DateTimeOffset at) =>
        Effect(run, "run.succeeded", EffectOutcome.Succeeded, $"Rule \"{run.RuleName}\" done", null, at);

    public static EffectRecorded Failed(Run run, DateTimeOffset at) =>
        Effect(run, "run.failed", EffectOutcome.Failed, $"Rule \"{run.RuleName}\": {Current(run)} failed and is tried again", run.LastError, at);

    public static EffectRecorded Dead(Run run, DateTimeOffset at) =>
        Effect(run, "run.dead", EffectOutcome.Dead, $"Rule \"{run.RuleName}\": {Current(run)} was given up", run.LastError, at);

    private static string Current(Run run) => run.Step < run.Actions.Count ? run.Actions[run.Step].Summary : "run";

    private static EffectRecorded Effect(Run run, string kind, EffectOutcome outcome, string title, string? detail, DateTimeOffset at) =>
        new(
            DeterministicId.From(kind, run.Id.ToString(), Number(run.Step), Number(run.Retries)),
            run.DeliveryId,
            run.EventId,
            "automation",
            kind,
            outcome,
            title,
            detail,
            run.Id.ToString(),
            at);

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
