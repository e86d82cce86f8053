using System.Diagnostics;
using System.Text.Json;

namespace WebhookPlatform.Benchmarks.Load;

/// <summary>One client of the dashboard's live stream that notes when which total of events was shown.</summary>
internal sealed class FrameListener : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly List<(long At, string Json)> _frames = [];
    private readonly TaskCompletionSource _first = new();
    private readonly Task _listening;
    private int _count;

    public FrameListener(HttpClient dashboard) => _listening = ListenAsync(dashboard);

    /// <summary>Ends when the stream has begun.</summary>
    public Task FirstFrame => _first.Task;

    /// <summary>Frames so far; can be read while they come.</summary>
    public int Frames => Volatile.Read(ref _count);

    /// <summary>Timestamps and the number of events of the last hour as shown then; call when it has been disposed.</summary>
    public IReadOnlyList<(long At, long Events)> Totals()
    {
        return _frames.ConvertAll(frame => (frame.At, Sum(frame.Json)));

        // Parsed afterwards, so that parsing takes no time from what is measured.
        static long Sum(string json)
        {
            using var frame = JsonDocument.Parse(json);
            return frame.RootElement.GetProperty("overview").GetProperty("minutes").EnumerateArray().Sum(minute => minute.GetProperty("events").GetInt64());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _listening;
        _ended.Dispose();
    }

    private async Task ListenAsync(HttpClient dashboard)
    {
        try
        {
            await using var stream = await dashboard.GetStreamAsync(new Uri("/api/live", UriKind.Relative), _ended.Token);
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(_ended.Token) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    _frames.Add((Stopwatch.GetTimestamp(), line["data: ".Length..]));
                    Volatile.Write(ref _count, _frames.Count);
                    _first.TrySetResult();
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Ended, as asked.
        }
        catch (Exception failure)
        {
            _first.TrySetException(failure);
        }
    }
}
