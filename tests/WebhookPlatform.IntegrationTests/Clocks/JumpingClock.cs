namespace WebhookPlatform.IntegrationTests.Clocks;

/// <summary>A machine's clock that somebody sets: the time of day jumps, timers and stopwatches go on as they did.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _ahead;

    /// <summary>Sets the clock that far ahead of the real time, or behind it.</summary>
    public void Set(TimeSpan ahead) => Interlocked.Exchange(ref _ahead, ahead.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));
}
