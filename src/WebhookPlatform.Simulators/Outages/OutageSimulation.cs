namespace WebhookPlatform.Simulators.Outages;

/// <summary>
/// Plays a provider that delivers events to one endpoint, by its published policy, on a virtual clock: every attempt, retry,
/// give-up and disablement at the time it would have. Attempts that overlap in virtual time are answered one after another in
/// real time, and take effect when their virtual latency is over; so the outcome depends on nothing but the answers.
/// A simulation runs once.
/// </summary>
public sealed class OutageSimulation
{
    private readonly OutagePlan _plan;
    private readonly DeliveryPolicy _policy;
    private readonly IWebhookReceiver _receiver;
    private readonly Pace? _pace;
    private readonly OutageTally _tally;
    private readonly DisablementMonitor? _monitor;
    private readonly PriorityQueue<Step, (TimeSpan At, long Order)> _agenda = new();
    private readonly List<TrackedEvent> _events = [];
    private readonly LinkedList<TrackedEvent> _line = [];
    private long _order;
    private TimeSpan? _disabledAt;
    private TimeSpan _pausedUntil;

    /// <param name="plan">What to simulate.</param>
    /// <param name="receiver">Who answers.</param>
    /// <param name="pace">How fast; null: as fast as the answers come.</param>
    /// <param name="start">When virtual time begins, for <see cref="Clock"/>; it does not change the outcome.</param>
    /// <exception cref="ArgumentException">The plan is out of bounds.</exception>
    public OutageSimulation(OutagePlan plan, IWebhookReceiver receiver, Pace? pace = null, DateTimeOffset start = default)
    {
        OutagePlan.Validate(plan);
        _plan = plan;
        _policy = plan.Policy;
        _receiver = receiver;
        _pace = pace;
        _tally = new OutageTally(plan);
        _monitor = _policy.Disablement?.Watch();
        Clock = new VirtualClock(start);
    }

    private enum Kind
    {
        Arrival,
        Try,
        Taken,
        End,
    }

    /// <summary>The virtual time: how far the simulation is.</summary>
    public VirtualClock Clock { get; }

    /// <summary>Simulates until the planned time is over, or until cancelled, and reports what happened by then.</summary>
    public async Task<OutageReport> RunAsync(CancellationToken cancellationToken = default)
    {
        var begin = _pace?.Time.GetTimestamp() ?? 0;
        Schedule(TimeSpan.Zero, new Step(Kind.Arrival, null, default));
        try
        {
            while (_agenda.TryPeek(out _, out var due) && due.At < _plan.Lasting)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await WaitUntilAsync(begin, due.At, cancellationToken);
                Clock.MoveTo(due.At);
                await PlayAsync(_agenda.Dequeue(), due.At, cancellationToken);
            }

            Clock.MoveTo(_plan.Lasting);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Interrupted: what happened until now is worth a report.
        }

        FinishWhatIsBeingTaken();
        return _tally.Report(_events, Clock.Elapsed, _disabledAt, endedEarly: Clock.Elapsed < _plan.Lasting);
    }

    private async Task WaitUntilAsync(long begin, TimeSpan at, CancellationToken cancellationToken)
    {
        if (_pace is { } pace && (at / pace.Speed) - pace.Time.GetElapsedTime(begin) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, pace.Time, cancellationToken);
        }
    }

    private ValueTask PlayAsync(Step step, TimeSpan at, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case Kind.Arrival:
                return ArriveAsync(at, cancellationToken);
            case Kind.Try when step.Event!.SettledAt is null:
                return TryAsync(step.Event, at, cancellationToken);
            case Kind.Taken:
                Take(step, at);
                break;
            case Kind.End:
                End(step.Event!, step.Result, at);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask ArriveAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        var arrived = new TrackedEvent(_events.Count, at);
        _events.Add(arrived);
        Schedule(_plan.TimeOf(_events.Count), new Step(Kind.Arrival, null, default));
        if (_disabledAt is not null || at < _pausedUntil)
        {
            Settle(arrived, at, LossCause.EndpointOff);
            return ValueTask.CompletedTask;
        }

        if (_line.Count > 0)
        {
            arrived.Place = _line.AddLast(arrived);
            return ValueTask.CompletedTask;
        }

        return TryAsync(arrived, at, cancellationToken);
    }

    private async ValueTask TryAsync(TrackedEvent tracked, TimeSpan at, CancellationToken cancellationToken)
    {
        if (at < _pausedUntil)
        {
            Schedule(_pausedUntil, new Step(Kind.Try, tracked, default));
            return;
        }

        tracked.Attempts++;
        tracked.FirstAttemptAt ??= at;
        _tally.Attempted(at, isRetry: tracked.Attempts > 1);
        var result = await _receiver.ReceiveAsync(new Attempt(tracked.Number, tracked.Attempts, at, tracked.At), cancellationToken);
        if (result.IsTaken)
        {
            Schedule(at + result.Latency, new Step(Kind.Taken, tracked, result, tracked.Attempts));
        }

        Schedule(at + (result.Latency < _policy.Timeout ? result.Latency : _policy.Timeout), new Step(Kind.End, tracked, result));
    }

    private void Take(Step step, TimeSpan at)
    {
        var tracked = step.Event!;
        _tally.Received(at, step.Result.IsRecognized);
        if (tracked.Takes == 0)
        {
            tracked.TakenAt = at;
            tracked.TakenAtAttempt = step.Attempt;
            // It was there before without an answer that told so: an earlier attempt had been taken after all.
            tracked.Takes += step.Result.IsRecognized && step.Attempt > 1 ? 1 : 0;
        }

        tracked.Takes++;
    }

    private void End(TrackedEvent tracked, AttemptResult result, TimeSpan at)
    {
        var failure = _policy.FailureOf(result);
        var isDelivered = failure is null;
        var next = isDelivered || _policy.IsFinal(failure!.Value, result) ? null : _policy.Retries.Next(tracked.Attempts, tracked.At, at);
        if (!isDelivered)
        {
            _tally.Failed(at);
        }

        if (tracked.SettledAt is not null)
        {
            tracked.IsAcknowledged |= isDelivered;
        }
        else if (isDelivered)
        {
            tracked.IsAcknowledged = true;
            Settle(tracked, at, null);
        }
        else if (next is { } due)
        {
            Retry(tracked, due);
        }
        else
        {
            Settle(tracked, at, _policy.IsFinal(failure!.Value, result) ? LossCause.Refused : LossCause.GivenUp);
        }

        // An endpoint that is off is judged no more: what ends now began before.
        var status = failure is AttemptFailures.NoAnswerInTime ? null : result.Status;
        var outcome = new AttemptOutcome(at, isDelivered, tracked.Attempts, next is null, tracked.FirstAttemptAt!.Value, failure, status);
        if (_disabledAt is null && _monitor?.Observe(outcome) is { } disablement)
        {
            Disable(disablement, at);
        }
    }

    private void Retry(TrackedEvent tracked, TimeSpan due)
    {
        if (_policy.Order is DeliveryOrder.Queue && tracked.Place is null)
        {
            tracked.Place = _line.AddLast(tracked);
        }

        if (tracked.Place is null || _line.First == tracked.Place)
        {
            Schedule(due, new Step(Kind.Try, tracked, default));
        }
    }

    private void Settle(TrackedEvent tracked, TimeSpan at, LossCause? cause)
    {
        tracked.SettledAt = at;
        tracked.Cause = cause;
        _receiver.Settled(tracked.Number);
        if (_line.First is { } first && first.Value == tracked)
        {
            _line.RemoveFirst();
            if (_line.First is { } behind)
            {
                Schedule(at, new Step(Kind.Try, behind.Value, default));
            }
        }
    }

    private void Disable(Disablement disablement, TimeSpan at)
    {
        if (disablement.Until is { } until)
        {
            _tally.Paused();
            _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
            return;
        }

        _disabledAt = at;
        _line.Clear();
        foreach (var waiting in _events.Where(waiting => waiting.SettledAt is null))
        {
            Settle(waiting, at, LossCause.EndpointOff);
        }
    }

    // A receiver that has begun with an event at the end of the simulated time has it.
    private void FinishWhatIsBeingTaken()
    {
        while (_agenda.TryDequeue(out var step, out var due))
        {
            if (step.Kind is Kind.Taken)
            {
                Take(step, due.At);
            }
        }
    }

    private void Schedule(TimeSpan at, Step step) => _agenda.Enqueue(step, (at, _order++));

    private readonly record struct Step(Kind Kind, TrackedEvent? Event, AttemptResult Result, int Attempt = 0);
}
