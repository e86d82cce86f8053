namespace WebhookPlatform.Messaging.Outbox;

/// <summary>
/// Lets the relay stand back while the service has something more urgent to do with the machine: senders who wait for an acknowledgement give up after seconds,
/// an event in the outbox can wait.
/// </summary>
/// <param name="isBusy">Whether there is something more urgent now.</param>
public sealed class RelayPace(Func<bool> isBusy, TimeProvider clock)
{
    /// <summary>Longest that events wait for others' sake; after that the relay works on until the outbox is empty.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends when the relay may publish its next batch.</summary>
    /// <param name="began">When it began with what waits, as <see cref="TimeProvider.GetTimestamp"/>.</param>
    internal async Task StandBackAsync(long began, CancellationToken cancellationToken)
    {
        while (isBusy() && clock.GetElapsedTime(began) < Longest)
        {
            await Task.Delay(Look, clock, cancellationToken);
        }
    }
}
