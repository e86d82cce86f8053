namespace WebhookPlatform.Simulators.Outages;

/// <summary>Why an event was lost.</summary>
internal enum LossCause
{
    /// <summary>The last retry failed too, or there was none.</summary>
    GivenUp,

    /// <summary>The failure was of a kind after which the provider does not try again.</summary>
    Refused,

    /// <summary>The provider had turned the endpoint off.</summary>
    EndpointOff,
}

/// <summary>What is known of one event while it is simulated.</summary>
internal sealed class TrackedEvent(int number, TimeSpan at)
{
    public int Number { get; } = number;

    public TimeSpan At { get; } = at;

    public int Attempts { get; set; }

    public TimeSpan? FirstAttemptAt { get; set; }

    /// <summary>How often the receiver took it.</summary>
    public int Takes { get; set; }

    public TimeSpan TakenAt { get; set; }

    public int TakenAtAttempt { get; set; }

    public bool IsAcknowledged { get; set; }

    /// <summary>When the provider was done with it, or null while it still tries.</summary>
    public TimeSpan? SettledAt { get; set; }

    public LossCause? Cause { get; set; }

    /// <summary>Its place in the line of a provider that keeps the order.</summary>
    public LinkedListNode<TrackedEvent>? Place { get; set; }
}

/// <summary>Counts what happens and makes the report.</summary>
internal sealed class OutageTally
{
    private readonly OutagePlan _plan;
    private readonly int[] _received;
    private readonly int[] _failed;
    private readonly int[] _retried;
    private readonly int[] _lost;
    private readonly TimeSpan _stepLength;
    private int _attempts;
    private int _recognized;
    private int _pauses;

    public OutageTally(OutagePlan plan)
    {
        _plan = plan;
        _stepLength = plan.StepLength;
        var steps = (int)Math.Ceiling(plan.Lasting / _stepLength);
        (_received, _failed, _retried, _lost) = (new int[steps], new int[steps], new int[steps], new int[steps]);
    }

    public void Attempted(TimeSpan at, bool isRetry)
    {
        _attempts++;
        if (isRetry)
        {
            _retried[StepOf(at)]++;
        }
    }

    public void Received(TimeSpan at, bool isRecognized)
    {
        _received[StepOf(at)]++;
        _recognized += isRecognized ? 1 : 0;
    }

    public void Failed(TimeSpan at) => _failed[StepOf(at)]++;

    public void Paused() => _pauses++;

    public OutageReport Report(IReadOnlyList<TrackedEvent> events, TimeSpan simulated, TimeSpan? disabledAt, bool endedEarly)
    {
        var late = events.Where(IsLate).ToList();
        var lost = events.Where(tracked => tracked.Takes == 0 && tracked.SettledAt is not null).ToList();
        foreach (var tracked in lost)
        {
            _lost[StepOf(tracked.SettledAt!.Value)]++;
        }

        var lateness = late.Select(tracked => tracked.TakenAt - tracked.At).Order().ToList();
        return new OutageReport(_plan.Policy)
        {
            Simulated = simulated,
            EndedEarly = endedEarly,
            EventsPerHour = _plan.EventsPerHour,
            Events = events.Count,
            FirstTry = events.Count(tracked => tracked.Takes > 0) - late.Count,
            Late = late.Count,
            Lost = lost.Count,
            Pending = events.Count(tracked => tracked.Takes == 0 && tracked.SettledAt is null),
            GivenUp = lost.Count(tracked => tracked.Cause is LossCause.GivenUp),
            Refused = lost.Count(tracked => tracked.Cause is LossCause.Refused),
            EndpointOff = lost.Count(tracked => tracked.Cause is LossCause.EndpointOff),
            Attempts = _attempts,
            Retries = _retried.Sum(),
            FailedAttempts = _failed.Sum(),
            Duplicates = events.Sum(tracked => Math.Max(tracked.Takes - 1, 0)),
            Recognized = _recognized,
            Unacknowledged = events.Count(tracked => tracked is { Takes: > 0, SettledAt: not null, IsAcknowledged: false }),
            LatenessMedian = lateness.Count > 0 ? lateness[(lateness.Count - 1) / 2] : null,
            LatenessMax = lateness.Count > 0 ? lateness[^1] : null,
            CaughtUpAt = late.Count > 0 ? late.Max(tracked => tracked.TakenAt) : null,
            FirstLossAt = lost.Count > 0 ? lost.Min(tracked => tracked.SettledAt) : null,
            LostFrom = lost.Count > 0 ? lost[0].At : null,
            LostUntil = lost.Count > 0 ? lost[^1].At : null,
            DisabledAt = disabledAt,
            Pauses = _pauses,
            StepLength = _stepLength,
            Steps = [.. _received.Select((received, step) => new OutageStep(_stepLength * step, received, _failed[step], _retried[step], _lost[step]))],
        };
    }

    // Taken at a later attempt, or at a first one that had to wait in line.
    private static bool IsLate(TrackedEvent tracked) => tracked.Takes > 0 && (tracked.TakenAtAttempt > 1 || tracked.FirstAttemptAt > tracked.At);

    private int StepOf(TimeSpan at) => Math.Min((int)(at / _stepLength), _received.Length - 1);
}
