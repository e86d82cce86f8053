namespace WebhookPlatform.Chaos.Load;

/// <summary>Posts the workload at an even pace, many at a time; what an outage held up follows as fast as it can.</summary>
public sealed class Driver(Poster poster, TimeProvider clock)
{
    private const int AtATime = 64;

    /// <summary>Ends when the fate of every webhook is known.</summary>
    /// <param name="lasts">Over how long the webhooks are spread.</param>
    public async Task RunAsync(IReadOnlyList<Posting> postings, TimeSpan lasts, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        await Parallel.ForEachAsync(
            postings.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (entry, cancel) =>
            {
                var early = (lasts * ((double)entry.Index / postings.Count)) - clock.GetElapsedTime(started);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, clock, cancel);
                }

                await poster.PostAsync(entry.Item, cancel);
            });
    }
}
