using System.Diagnostics;

namespace WebhookPlatform.Benchmarks.Machine;

/// <summary>Takes a sample in regular intervals until it is disposed.</summary>
internal sealed class Sampler<T> : IAsyncDisposable
{
    private readonly List<(double Second, T Value)> _samples = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Func<Task<T>> _take;
    private readonly Task _taking;

    public Sampler(TimeSpan interval, Func<Task<T>> take)
    {
        _take = take;
        _taking = TakeAsync(interval);
    }

    /// <summary>Seconds since the start, and what was seen then.</summary>
    public IReadOnlyList<(double Second, T Value)> Samples => _samples;

    /// <summary>Ends sampling; the last sample is then the latest.</summary>
    public async Task EndAsync()
    {
        await _ended.CancelAsync();
        await _taking;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ended.Dispose();
    }

    private async Task TakeAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            do
            {
                var value = await _take();
                _samples.Add((Stopwatch.GetElapsedTime(_started).TotalSeconds, value));
            }
            while (await timer.WaitForNextTickAsync(_ended.Token));
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Ended, as asked.
        }
    }
}
