using System.Globalization;

namespace WebhookPlatform.Simulators.Outages;

/// <summary>When a provider stops sending to an endpoint that fails.</summary>
/// <param name="Text">The rule in words.</param>
public abstract record DisablementRule(string Text)
{
    /// <summary>Starts to watch one endpoint.</summary>
    public abstract DisablementMonitor Watch();

    /// <summary>How long a pause that ends by itself can still last when the receiver has been in trouble for so long.</summary>
    public virtual TimeSpan LongestPauseAfter(TimeSpan trouble) => TimeSpan.Zero;
}

/// <summary>Watches one endpoint by one rule. Sees the outcome of every attempt in the order of their ends.</summary>
public abstract class DisablementMonitor
{
    /// <summary>What the rule demands after this outcome, or null for nothing.</summary>
    public abstract Disablement? Observe(AttemptOutcome outcome);
}

/// <summary>How an attempt ended.</summary>
/// <param name="At">When its end was known.</param>
/// <param name="IsDelivered">The provider got an answer that it accepts, in time.</param>
/// <param name="Attempt">Which attempt at the event it was, from 1.</param>
/// <param name="IsLast">There will be no further attempt at the event.</param>
/// <param name="FirstAttemptAt">When the event was tried first.</param>
/// <param name="Failure">Why it is no delivery; null when it is one.</param>
/// <param name="Status">The answer; null when there was none, or none in time.</param>
public readonly record struct AttemptOutcome(TimeSpan At, bool IsDelivered, int Attempt, bool IsLast, TimeSpan FirstAttemptAt, AttemptFailures? Failure = null, int? Status = null);

/// <summary>The endpoint is turned off.</summary>
/// <param name="Until">When sending begins again by itself; null: not before somebody turns it on.</param>
public readonly record struct Disablement(TimeSpan? Until);

/// <summary>Off when more than a share of the attempts of a sliding window failed, provided that the window has a least number of events.</summary>
/// <param name="Share">From 0 to 1; exactly this share is still tolerated.</param>
/// <param name="Window">How far back attempts count.</param>
/// <param name="LeastEvents">First attempts that the window must have for the rule to apply.</param>
public sealed record FailureShareRule(double Share, TimeSpan Window, int LeastEvents) : DisablementRule(
    string.Create(CultureInfo.InvariantCulture, $"more than {Share:P0} of the attempts within {Durations.Text(Window)} failed, with at least {LeastEvents:N0} events").Replace(" %", "%", StringComparison.Ordinal))
{
    public override DisablementMonitor Watch() => new Monitor(this);

    private sealed class Monitor(FailureShareRule rule) : DisablementMonitor
    {
        private readonly Queue<AttemptOutcome> _window = new();
        private int _failures;
        private int _events;

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            _window.Enqueue(outcome);
            Count(outcome, 1);
            while (_window.Peek().At <= outcome.At - rule.Window)
            {
                Count(_window.Dequeue(), -1);
            }

            return _events >= rule.LeastEvents && _failures > rule.Share * _window.Count ? new Disablement(null) : null;
        }

        private void Count(AttemptOutcome outcome, int change)
        {
            _failures += outcome.IsDelivered ? 0 : change;
            _events += outcome.Attempt == 1 ? change : 0;
        }
    }
}

/// <summary>Off when so many attempts in a row failed, whichever events they were for.</summary>
public sealed record ConsecutiveFailuresRule(int Failures) : DisablementRule($"{Failures} attempts in a row failed")
{
    public override DisablementMonitor Watch() => new Monitor(Failures);

    private sealed class Monitor(int most) : DisablementMonitor
    {
        private int _failures;

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            _failures = outcome.IsDelivered ? 0 : _failures + 1;
            return _failures >= most ? new Disablement(null) : null;
        }
    }
}

/// <summary>Paused when so many attempts in a row failed, twice as long with each further failure, and off for good after many.</summary>
/// <param name="Failures">Failures in a row that pause.</param>
/// <param name="First">The first pause.</param>
/// <param name="Longest">No pause is longer.</param>
/// <param name="ForGood">Failures in a row that turn the endpoint off.</param>
public sealed record GrowingPauseRule(int Failures, TimeSpan First, TimeSpan Longest, int ForGood) : DisablementRule(
    $"{Failures} failures in a row pause it for {Durations.Text(First)}, each further one twice as long, up to {Durations.Text(Longest)}; {ForGood} in a row turn it off")
{
    public override DisablementMonitor Watch() => new Monitor(this);

    // Pauses that double are together a little shorter than the next one.
    public override TimeSpan LongestPauseAfter(TimeSpan trouble) => trouble + First < Longest ? trouble + First : Longest;

    private sealed class Monitor(GrowingPauseRule rule) : DisablementMonitor
    {
        private int _failures;

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            _failures = outcome.IsDelivered ? 0 : _failures + 1;
            if (_failures >= rule.ForGood)
            {
                return new Disablement(null);
            }

            return _failures >= rule.Failures ? new Disablement(outcome.At + Pause(_failures - rule.Failures)) : null;
        }

        private TimeSpan Pause(int step)
        {
            var seconds = rule.First.TotalSeconds * Math.Pow(2, step);
            return seconds < rule.Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : rule.Longest;
        }
    }
}

/// <summary>Off when nothing has been delivered for so long while attempts failed.</summary>
public sealed record FailingForRule(TimeSpan Duration) : DisablementRule($"failures for {Durations.Text(Duration)} without a delivery between them")
{
    public override DisablementMonitor Watch() => new Monitor(Duration);

    private sealed class Monitor(TimeSpan duration) : DisablementMonitor
    {
        private TimeSpan? _failingSince;

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            if (outcome.IsDelivered)
            {
                _failingSince = null;
                return null;
            }

            // The first failure is dated by its attempt, so that a schedule of the same length reaches the limit with its last retry.
            _failingSince ??= outcome.Attempt == 1 ? outcome.FirstAttemptAt : outcome.At;
            return outcome.At - _failingSince >= duration ? new Disablement(null) : null;
        }
    }
}

/// <summary>Off when an event's last retry failed and nothing was delivered since that event was tried first.</summary>
public sealed record ExhaustedRetriesRule(string Text) : DisablementRule(Text)
{
    public override DisablementMonitor Watch() => new Monitor();

    private sealed class Monitor : DisablementMonitor
    {
        private TimeSpan _deliveredAt = TimeSpan.MinValue;

        public override Disablement? Observe(AttemptOutcome outcome)
        {
            if (outcome.IsDelivered)
            {
                _deliveredAt = outcome.At;
                return null;
            }

            return outcome.IsLast && _deliveredAt < outcome.FirstAttemptAt ? new Disablement(null) : null;
        }
    }
}
