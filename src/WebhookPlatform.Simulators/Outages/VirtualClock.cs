namespace WebhookPlatform.Simulators.Outages;

/// <summary>A clock that stands still until the simulation moves it.</summary>
public sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private long _elapsed;

    /// <summary>Virtual time since the start. May be read from another thread.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _elapsed));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    /// <summary>Not supported: a simulation has a queue of its own for what is due.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A virtual clock has no timers.");

    internal void MoveTo(TimeSpan elapsed)
    {
        if (elapsed > Elapsed)
        {
            Interlocked.Exchange(ref _elapsed, elapsed.Ticks);
        }
    }
}
