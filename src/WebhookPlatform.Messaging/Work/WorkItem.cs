namespace WebhookPlatform.Messaging.Work;

/// <summary>A row that is work to do: written in the transaction of what causes it, tried with backoff until done or dead.</summary>
public abstract class WorkItem
{
    /// <summary>Characters of <see cref="LastError"/> that are kept.</summary>
    public const int LongestError = 2000;

    /// <summary>Deterministic where the cause is an event, so that the same cause cannot make it twice.</summary>
    public required Guid Id { get; init; }

    public WorkState State { get; set; } = WorkState.Pending;

    /// <summary>Attempts begun, one that is under way included; for work in steps, those of the current step.</summary>
    public int Attempts { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not before this time; for one that is under way, when it is given to another worker because this one must have died.</summary>
    public required DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Why the last attempt failed, for people; never a secret.</summary>
    public string? LastError { get; set; }

    /// <summary>W3C trace context of the cause.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gives dead work all its attempts again, from <paramref name="now"/> on.</summary>
    public void Revive(DateTimeOffset now) => (State, Attempts, DueAt, FinishedAt) = (WorkState.Pending, 0, now, null);
}

/// <summary>Where a piece of work stands.</summary>
public enum WorkState
{
    /// <summary>Waits for its time, or is under way.</summary>
    Pending,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Given up after the last attempt or a failure that trying again cannot mend.</summary>
    Dead,
}

/// <summary>How an attempt ended.</summary>
public abstract record WorkOutcome
{
    private WorkOutcome()
    {
    }

    /// <summary>What the attempt found out that its record needs besides the outcome; the kind of work says what.</summary>
    public object? Report { get; init; }

    /// <summary>Done.</summary>
    public sealed record Succeeded : WorkOutcome;

    /// <summary>One step of several is done: the next is due at once, with a full count of attempts of its own.</summary>
    public sealed record Advanced : WorkOutcome;

    /// <summary>Failed in a way that may pass.</summary>
    /// <param name="Error">For people; never a secret.</param>
    /// <param name="RetryAfter">What the other side asked for; null for the usual backoff.</param>
    public sealed record Failed(string Error, TimeSpan? RetryAfter = null) : WorkOutcome;

    /// <summary>Failed in a way that trying again cannot mend.</summary>
    /// <param name="Error">For people; never a secret.</param>
    public sealed record Rejected(string Error) : WorkOutcome;
}

/// <summary>How a kind of work is tried.</summary>
/// <param name="Parallelism">Attempts under way at once in this process.</param>
/// <param name="MaxAttempts">After that many it is dead.</param>
/// <param name="FirstPause">Upper bound of the first pause; it doubles with every attempt, with jitter.</param>
/// <param name="LongestPause">Upper bound of any pause.</param>
/// <param name="Lease">Longer than any attempt can take: after it another worker tries.</param>
public sealed record WorkSettings(int Parallelism, int MaxAttempts, TimeSpan FirstPause, TimeSpan LongestPause, TimeSpan Lease)
{
    /// <summary>How long attempts under way may go on when the process stops, before they are broken off and handed back.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);
}
