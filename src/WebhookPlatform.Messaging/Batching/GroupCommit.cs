using System.Threading.Channels;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Messaging.Batching;

/// <summary>How a <see cref="GroupCommit{TItem,TResult}"/> gathers its work.</summary>
/// <param name="Capacity">Most items waiting; one more is turned away.</param>
/// <param name="BatchSize">Most items in one commit.</param>
/// <param name="Writers">Commits under way at once.</param>
/// <param name="Deadline">An item that waited longer than this is failed without being tried, so that nobody commits what nobody awaits.</param>
/// <param name="Gather">How long a busy writer lets work gather before its next commit, where fewer commits matter more than a few milliseconds; an idle one never waits. Zero: not at all.</param>
public sealed record GroupCommitSettings(int Capacity, int BatchSize, int Writers, TimeSpan Deadline, TimeSpan Gather = default);

/// <summary>
/// Commits waiting items together: while one commit is under way the next batch gathers, so batches grow with load and an idle writer adds no delay.
/// When a batch fails for another reason than an outage its items are committed one by one, so that one bad item does not fail its neighbours.
/// </summary>
public sealed class GroupCommit<TItem, TResult> : IAsyncDisposable
{
    private readonly Channel<Submission> _waiting;
    private readonly GroupCommitSettings _settings;
    private readonly Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> _commit;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _writers;

    /// <param name="commit">Commits a batch and gives a result per item, in order. All or nothing: when it throws, nothing of the batch was committed or repeating it is harmless.</param>
    public GroupCommit(
        GroupCommitSettings settings,
        Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> commit,
        TimeProvider clock)
    {
        _settings = settings;
        _commit = commit;
        _clock = clock;
        _waiting = Channel.CreateBounded<Submission>(new BoundedChannelOptions(settings.Capacity) { SingleWriter = false });
        _writers = [.. Enumerable.Range(0, settings.Writers).Select(_ => Task.Run(WriteAsync))];
    }

    /// <summary>Items waiting for a writer.</summary>
    public int Waiting => _waiting.Reader.Count;

    /// <summary>Queues an item. False at once when the queue is full or the group is closing.</summary>
    /// <param name="result">Ends when the item is committed; fails with the commit's exception, or <see cref="TimeoutException"/> past the deadline.</param>
    public bool TrySubmit(TItem item, out Task<TResult> result)
    {
        var submission = new Submission(item, _clock.GetTimestamp());
        result = submission.Completion.Task;
        return _waiting.Writer.TryWrite(submission);
    }

    /// <summary>Takes no more items, commits those that wait and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await Task.WhenAll(_writers);
        _stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        var batch = new List<Submission>(_settings.BatchSize);
        long? committed = null;
        while (await _waiting.Reader.WaitToReadAsync())
        {
            if (_settings.Gather > TimeSpan.Zero && committed is { } last && _clock.GetElapsedTime(last) < _settings.Gather)
            {
                await Task.Delay(_settings.Gather, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            while (batch.Count < _settings.BatchSize && _waiting.Reader.TryRead(out var submission))
            {
                if (_clock.GetElapsedTime(submission.Submitted) > _settings.Deadline)
                {
                    submission.Completion.TrySetException(new TimeoutException("It waited for its commit past the deadline."));
                }
                else
                {
                    batch.Add(submission);
                }
            }

            await CommitAsync(batch);
            batch.Clear();
            committed = _clock.GetTimestamp();
        }
    }

    private async Task CommitAsync(IReadOnlyList<Submission> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            var results = await _commit([.. batch.Select(submission => submission.Item)], _stopping.Token);
            for (var at = 0; at < batch.Count; at++)
            {
                batch[at].Completion.TrySetResult(results[at]);
            }
        }
        catch (Exception failure) when (batch.Count > 1 && !Outage.Is(failure) && !_stopping.IsCancellationRequested)
        {
            await IsolateAsync(batch);
        }
        catch (Exception failure)
        {
            foreach (var submission in batch)
            {
                submission.Completion.TrySetException(failure);
            }
        }
    }

    private async Task IsolateAsync(IReadOnlyList<Submission> batch)
    {
        Exception? outage = null;
        foreach (var submission in batch)
        {
            if (outage is not null)
            {
                submission.Completion.TrySetException(outage);
                continue;
            }

            await CommitAsync([submission]);
            if (submission.Completion.Task.Exception?.InnerException is { } failure && Outage.Is(failure))
            {
                outage = failure;
            }
        }
    }

    private sealed class Submission(TItem item, long submitted)
    {
        public TItem Item { get; } = item;

        public long Submitted { get; } = submitted;

        public TaskCompletionSource<TResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
