using System.Globalization;

namespace WebhookPlatform.Simulators.Outages;

/// <summary>Off at the first of certain answers.</summary>
public sealed record AnswerDisablementRule(AnswerRule Answers) : DisablementRule($"an answer {Answers.Text}")
{
    public override DisablementMonitor Watch() => new Monitor(Answers);

    private sealed class Monitor(AnswerRule answers) : DisablementMonitor
    {
        public override Disablement? Observe(AttemptOutcome outcome) =>
            outcome is { IsDelivered: false, Status: { } status } && answers.Matches(status) ? new Disablement(null) : null;
    }
}

/// <summary>Off when so many attempts of a sliding window had no answer in time.</summary>
public sealed record TimeoutsRule(int Timeouts, TimeSpan Window) : DisablementRule(string.Create(CultureInfo.InvariantCulture, $"{Timeouts:N0} answers within {Durations.Text(Window)} came too late"))
{
    public override DisablementMonitor Watch() => new Monitor(this);

    private sealed class Monitor(TimeoutsRule rule) : DisablementMonitor
    {
        private readonly Queue<TimeSpan> _late = new();

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            if (outcome.Failure is not AttemptFailures.NoAnswerInTime)
            {
                return null;
            }

            _late.Enqueue(outcome.At);
            while (_late.Peek() <= outcome.At - rule.Window)
            {
                _late.Dequeue();
            }

            return _late.Count >= rule.Timeouts ? new Disablement(null) : null;
        }
    }
}

/// <summary>Paused when more than a share of a sliding window's attempts had no answer in time.</summary>
/// <param name="Share">From 0 to 1; exactly this share is still tolerated.</param>
/// <param name="Window">How far back attempts count.</param>
/// <param name="Pause">For how long.</param>
public sealed record SlowShareRule(double Share, TimeSpan Window, TimeSpan Pause) : DisablementRule(
    string.Create(CultureInfo.InvariantCulture, $"more than {Share * 100:0}% of the answers within {Durations.Text(Window)} came too late: paused for {Durations.Text(Pause)}"))
{
    public override TimeSpan LongestPauseAfter(TimeSpan trouble) => Pause;

    public override DisablementMonitor Watch() => new Monitor(this);

    private sealed class Monitor(SlowShareRule rule) : DisablementMonitor
    {
        private readonly Queue<(TimeSpan At, bool IsLate)> _window = new();
        private int _late;

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            var isLate = outcome.Failure is AttemptFailures.NoAnswerInTime;
            _window.Enqueue((outcome.At, isLate));
            _late += isLate ? 1 : 0;
            while (_window.Peek().At <= outcome.At - rule.Window)
            {
                _late -= _window.Dequeue().IsLate ? 1 : 0;
            }

            return isLate && _late > rule.Share * _window.Count ? new Disablement(outcome.At + rule.Pause) : null;
        }
    }
}

/// <summary>Paused when so many attempts in a row failed within a short time.</summary>
/// <param name="Failures">Failures in a row that pause.</param>
/// <param name="Window">The first of them may be this long ago.</param>
/// <param name="Pause">For how long.</param>
public sealed record FailureBurstRule(int Failures, TimeSpan Window, TimeSpan Pause) : DisablementRule(
    string.Create(CultureInfo.InvariantCulture, $"{Failures:N0} failures in a row within {Durations.Text(Window)} pause it for {Durations.Text(Pause)}"))
{
    public override TimeSpan LongestPauseAfter(TimeSpan trouble) => Pause;

    public override DisablementMonitor Watch() => new Monitor(this);

    private sealed class Monitor(FailureBurstRule rule) : DisablementMonitor
    {
        private readonly Queue<TimeSpan> _failures = new();

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            if (outcome.IsDelivered)
            {
                _failures.Clear();
                return null;
            }

            _failures.Enqueue(outcome.At);
            while (_failures.Peek() < outcome.At - rule.Window)
            {
                _failures.Dequeue();
            }

            if (_failures.Count < rule.Failures)
            {
                return null;
            }

            _failures.Clear();
            return new Disablement(outcome.At + rule.Pause);
        }
    }
}

/// <summary>Paused when so many events in a row were given up, with no delivery between them.</summary>
public sealed record GivenUpRule(int Events, TimeSpan Pause) : DisablementRule($"{Events} webhooks in a row that were given up turn it off for {Durations.Text(Pause)}")
{
    public override TimeSpan LongestPauseAfter(TimeSpan trouble) => Pause;

    public override DisablementMonitor Watch() => new Monitor(this);

    private sealed class Monitor(GivenUpRule rule) : DisablementMonitor
    {
        private int _givenUp;

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            _givenUp = outcome.IsDelivered ? 0 : _givenUp + (outcome.IsLast ? 1 : 0);
            if (_givenUp < rule.Events)
            {
                return null;
            }

            _givenUp = 0;
            return new Disablement(outcome.At + rule.Pause);
        }
    }
}

/// <summary>Several rules at once; one that turns the endpoint off for good goes before one that pauses it.</summary>
public sealed record EitherRule(DisablementRule First, DisablementRule Second) : DisablementRule($"{First.Text}; {Second.Text}")
{
    public override TimeSpan LongestPauseAfter(TimeSpan trouble)
    {
        var (first, second) = (First.LongestPauseAfter(trouble), Second.LongestPauseAfter(trouble));
        return first > second ? first : second;
    }

    public override DisablementMonitor Watch() => new Monitor(First.Watch(), Second.Watch());

    private sealed class Monitor(DisablementMonitor first, DisablementMonitor second) : DisablementMonitor
    {
        public override Disablement? Observe(AttemptOutcome outcome)
        {
            // Both have to see every attempt.
            var (one, other) = (first.Observe(outcome), second.Observe(outcome));
            return one is { Until: null } ? one : other ?? one;
        }
    }
}
