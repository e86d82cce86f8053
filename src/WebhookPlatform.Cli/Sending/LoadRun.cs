using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Sending;

/// <summary>How much to send and how fast.</summary>
/// <param name="Count">How many webhooks.</param>
/// <param name="Rate">Per second; null: as fast as the answers allow.</param>
/// <param name="Concurrency">Most requests on their way at once.</param>
/// <param name="Retries">Most attempts after the first, for each.</param>
public sealed record LoadPlan(int Count, double? Rate, int Concurrency, int Retries);

/// <summary>
/// One run of sending. With a rate it is open-loop: every webhook has its moment, and a slow receiver does not slow the schedule;
/// latency then counts from that moment, so that waiting in line is not hidden (no coordinated omission).
/// </summary>
public sealed class LoadRun(RequestSequence requests, WebhookSender sender, LoadPlan plan, TimeProvider time)
{
    /// <summary>How long answers are awaited after an interruption.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Latencies _latencies = new();
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private int _completed;
    private int _accepted;
    private int _duplicates;
    private int _retries;

    /// <summary>How many webhooks have had their answer so far.</summary>
    public int Completed => Volatile.Read(ref _completed);

    /// <summary>Sends everything, or what is possible until cancelled, and reports.</summary>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        using var abort = new CancellationTokenSource();
        await using var registration = cancellationToken.Register(() => abort.CancelAfter(Grace));
        using var places = new SemaphoreSlim(plan.Concurrency);
        var start = time.GetTimestamp();
        try
        {
            for (var number = 0; number < plan.Count; number++)
            {
                var due = plan.Rate is { } rate ? TimeSpan.FromSeconds(number / rate) : (TimeSpan?)null;
                await WaitUntilAsync(start, due, cancellationToken);
                await places.WaitAsync(cancellationToken);
                var (request, _) = requests.Next();
                _ = SendOneAsync(request, start, due ?? time.GetElapsedTime(start), places, abort.Token);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Interrupted: report what was sent until now.
        }

        for (var place = 0; place < plan.Concurrency; place++)
        {
            await places.WaitAsync(CancellationToken.None);
        }

        return Report(time.GetElapsedTime(start));
    }

    private async Task WaitUntilAsync(long start, TimeSpan? due, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (due is { } moment && moment - time.GetElapsedTime(start) is { Ticks: > 0 } wait)
        {
            // Timers count whole milliseconds. Rounding up sends late rather than early, which the latency then includes.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, cancellationToken);
        }
    }

    private async Task SendOneAsync(SignedRequest request, long start, TimeSpan from, SemaphoreSlim places, CancellationToken abort)
    {
        try
        {
            // Leaves the schedule's thread before the connection is used: the next webhook may be due already.
            await Task.Yield();
            var outcome = await sender.SendAsync(request, requests.SignAgain, plan.Retries, abort);
            Record(outcome, time.GetElapsedTime(start) - from);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            // Nobody knows how this one ended: it counts as not sent.
        }
        finally
        {
            places.Release();
        }
    }

    private void Record(SendOutcome outcome, TimeSpan latency)
    {
        lock (_lock)
        {
            _latencies.Add(latency);
            _outcomes[outcome.Label] = _outcomes.GetValueOrDefault(outcome.Label) + 1;
            _accepted += outcome.IsAccepted ? 1 : 0;
            _duplicates += outcome.IsDuplicate ? 1 : 0;
            _retries += outcome.Retries;
            _completed++;
        }
    }

    private LoadReport Report(TimeSpan elapsed) => new(
        plan.Count, _completed, _accepted, _duplicates, _retries, _outcomes, _latencies.Summarize(), plan.Rate is not null,
        Math.Round(elapsed.TotalSeconds, 3), elapsed > TimeSpan.Zero ? Math.Round(_completed / elapsed.TotalSeconds, 1) : 0);
}
