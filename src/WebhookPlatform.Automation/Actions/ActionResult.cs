using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Automation.Actions;

/// <summary>What became of one attempt of an action.</summary>
public sealed record ActionResult
{
    public required ActionOutcome Outcome { get; init; }

    /// <summary>Why it failed, for people; never a secret.</summary>
    public string? Error { get; init; }

    /// <summary>What the receiver asked for, within bounds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The answer's status; null when there was no answer.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The beginning of the answer, where it is text; without the action's secrets.</summary>
    public string? Response { get; init; }

    /// <summary>What to publish in the transaction that records the attempt.</summary>
    public NotificationRequested? Notification { get; init; }

    public static ActionResult Permanent(string error) => new() { Outcome = ActionOutcome.Rejected, Error = error };

    public static ActionResult Passing(string error) => new() { Outcome = ActionOutcome.Failed, Error = error };
}

/// <summary>How an attempt ended.</summary>
public enum ActionOutcome
{
    Succeeded,

    /// <summary>Failed in a way that may pass: it is tried again.</summary>
    Failed,

    /// <summary>Failed in a way that trying again cannot mend.</summary>
    Rejected,
}
