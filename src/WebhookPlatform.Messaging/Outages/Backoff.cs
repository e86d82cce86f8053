namespace WebhookPlatform.Messaging.Outages;

/// <summary>Exponential backoff with full jitter, so that many who failed together do not come back together.</summary>
public static class Backoff
{
    /// <param name="attempt">0 for the first pause.</param>
    /// <param name="first">The first pause's upper bound; it doubles with every attempt.</param>
    /// <param name="longest">The bound's upper limit.</param>
    /// <returns>Between half the bound and the bound.</returns>
    public static TimeSpan Delay(int attempt, TimeSpan first, TimeSpan longest)
    {
        var bound = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 30)));
#pragma warning disable CA5394 // jitter, not a secret
        return TimeSpan.FromMilliseconds(bound * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }
}
