using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Automation.Runs;

/// <summary>Runs, newest first.</summary>
/// <param name="Next">What to send as <c>before</c> for the next page; null on the last.</param>
public sealed record RunList(IReadOnlyList<RunSummary> Items, string? Next);

/// <summary>A run at a glance.</summary>
/// <param name="Step">Actions that are done; the index of the current one while the run is pending or dead.</param>
/// <param name="Attempts">Attempts begun of the current action since the run was made or revived.</param>
/// <param name="DueAt">When the next attempt is due, or until when the current one may take; null for a finished run.</param>
public sealed record RunSummary(
    Guid Id,
    WorkState State,
    Guid RuleId,
    string RuleName,
    string EventType,
    Guid EventId,
    Guid DeliveryId,
    string Subject,
    DateTimeOffset OccurredAt,
    int Step,
    int Steps,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DueAt,
    DateTimeOffset? FinishedAt,
    string? LastError)
{
    public static RunSummary Of(Run run) => new(
        run.Id,
        run.State,
        run.RuleId,
        run.RuleName,
        run.EventType,
        run.EventId,
        run.DeliveryId,
        run.Subject,
        run.OccurredAt,
        run.Step,
        run.Actions.Count,
        run.Attempts,
        run.CreatedAt,
        run.State is WorkState.Pending ? run.DueAt : null,
        run.FinishedAt,
        run.LastError);
}

/// <summary>A run with its steps and all that was tried.</summary>
/// <param name="Retries">How often an operator has revived it.</param>
public sealed record RunDetail(RunSummary Run, int Retries, IReadOnlyList<StepView> Steps, IReadOnlyList<AttemptView> Attempts)
{
    public static RunDetail Of(Run run, IReadOnlyList<RunAttempt> attempts) =>
        new(
            RunSummary.Of(run),
            run.Retries,
            [.. run.Actions.Select((action, at) => StepView.Of(run, action, at, attempts))],
            [.. attempts.Select(attempt => new AttemptView(attempt.Number, attempt.Step, attempt.StartedAt, attempt.Duration.TotalMilliseconds, attempt.Outcome, attempt.HttpStatus, attempt.Error, attempt.Response))]);
}

/// <summary>One action of a run.</summary>
/// <param name="RequestId">What the receiver gets as <c>webhook-id</c> and <c>Idempotency-Key</c>, the same on every attempt; null for other actions than requests.</param>
public sealed record StepView(int Step, string Summary, StepState State, DateTimeOffset? FinishedAt, string? RequestId)
{
    internal static StepView Of(Run run, RuleAction action, int step, IReadOnlyList<RunAttempt> attempts)
    {
        var success = attempts.FirstOrDefault(attempt => attempt.Step == step && attempt.Outcome is ActionOutcome.Succeeded);
        var state = step < run.Step ? StepState.Done
            : step > run.Step ? StepState.Waiting
            : run.State is WorkState.Dead ? StepState.Dead
            : StepState.Current;
        return new StepView(step, action.Summary, state, success is null ? null : success.StartedAt + success.Duration, action is HttpAction ? run.RequestId(step) : null);
    }
}

/// <summary>Where an action of a run stands.</summary>
public enum StepState
{
    /// <summary>Its turn has not come.</summary>
    Waiting,

    /// <summary>Due, under way or between two attempts.</summary>
    Current,

    Done,

    /// <summary>Given up, and with it the run.</summary>
    Dead,
}

/// <summary>One attempt of one action.</summary>
/// <param name="DurationMs">In milliseconds.</param>
/// <param name="Response">The beginning of the answer, where it is text.</param>
public sealed record AttemptView(int Number, int Step, DateTimeOffset StartedAt, double DurationMs, ActionOutcome Outcome, int? HttpStatus, string? Error, string? Response);
