using WebhookPlatform.Automation.Actions;

namespace WebhookPlatform.Automation.Runs;

/// <summary>One attempt of one action of a run, written in the transaction of its outcome. An attempt that a stop or a crash cut short has no row.</summary>
public sealed class RunAttempt
{
    public required Guid RunId { get; init; }

    /// <summary>From 1, over all steps of the run.</summary>
    public required int Number { get; init; }

    /// <summary>Index of the action.</summary>
    public required int Step { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    public required ActionOutcome Outcome { get; init; }

    /// <summary>The answer's status; null when there was no answer or the action is no request.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Why it failed, for people; never a secret.</summary>
    public string? Error { get; init; }

    /// <summary>The beginning of the answer, where it is text.</summary>
    public string? Response { get; init; }
}
