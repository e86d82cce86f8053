using System.Threading.Channels;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Messaging.Batching;

/// <summary>How a <see cref="GroupCommit{TItem,TResult}"/> gathers its work.</summary>
/// <param name="Capacity">Most items waiting; one more is turned away.</param>
/// <param name="BatchSize">Most items in one commit.</param>
/// <param name="Writers">Commits under way at once.</param>
/// <param name="Deadline">An item that waited longer than this is failed without being tried, so that nobody commits what nobody awaits.</param>
/// <param name="Gather">How long a busy writer lets work gather before its next commit, where fewer commits matter more than a few milliseconds; an idle one never waits. Zero: not at all.</param>
public sealed record GroupCommitSettings(int Capacity, int BatchSize, int Writers, TimeSpan Deadline, TimeSpan Gather = default)
{
    /// <summary>After this long nobody awaits an item any more, even though its commit may still be under way. Null: as long as it takes.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>How long work may gather for each item of the last batch, so that small commits follow each other at once and only those that are large or slow are spaced out, up to <see cref="Gather"/>. Null: always as long as that.</summary>
    public TimeSpan? GatherPerItem { get; init; }

    /// <summary>What a commit takes on a machine with time to spare. One that took longer lets work gather for as long as it took beyond this, up to <see cref="Gather"/>. Null: the time makes no difference.</summary>
    public TimeSpan? Quick { get; init; }

    /// <summary>Name of a thread that each writer has for itself, so that its commits may block and do not wait behind other work. Null: writers share the thread pool.</summary>
    public string? Thread { get; init; }

    /// <summary>So many waiting items need not gather any longer.</summary>
    public int Enough { get; init; } = int.MaxValue;
}

/// <summary>
/// Commits waiting items together: while one commit is under way the next batch gathers, so batches grow with load and an idle writer adds no delay.
/// When a batch fails for another reason than an outage its items are committed one by one, so that one bad item does not fail its neighbours.
/// </summary>
public sealed class GroupCommit<TItem, TResult> : IAsyncDisposable
{
    // A timer tells no shorter times apart.
    private static readonly TimeSpan ShortestGather = TimeSpan.FromMilliseconds(1);

    private const int SmallestShare = 16;

    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(100);

    private readonly Channel<Submission> _waiting;
    private readonly GroupCommitSettings _settings;
    private readonly Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> _commit;
    private readonly Action<TItem>? _release;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Submission[][] _underWay;
    private readonly Task[] _writers;
    private readonly ITimer? _watch;
    private int _unfinished;

    /// <param name="commit">Commits a batch and gives a result per item, in order. All or nothing: when it throws, nothing of the batch was committed or repeating it is harmless.</param>
    /// <param name="release">Called once for every item that was taken, when the group has done with it.</param>
    public GroupCommit(
        GroupCommitSettings settings,
        Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> commit,
        TimeProvider clock,
        Action<TItem>? release = null)
    {
        _settings = settings;
        _commit = commit;
        _clock = clock;
        _release = release;
        _waiting = Channel.CreateBounded<Submission>(new BoundedChannelOptions(settings.Capacity) { SingleWriter = false });
        _underWay = [.. Enumerable.Repeat(Array.Empty<Submission>(), settings.Writers)];
        _writers = [.. Enumerable.Range(0, settings.Writers).Select(writer => settings.Thread is { } name ? OwnThread.RunAsync(name, () => WriteAsync(writer)) : Task.Run(() => WriteAsync(writer)))];
        _watch = settings.Patience is null ? null : clock.CreateTimer(_ => GiveUp(), state: null, Watch, Watch);
    }

    /// <summary>Items waiting for a writer.</summary>
    public int Waiting => _waiting.Reader.Count;

    /// <summary>Items waiting for a writer or for the commit that is under way. Costs nothing to ask, however many ask.</summary>
    public int Unfinished => Volatile.Read(ref _unfinished);

    /// <summary>Queues an item. False at once when the queue is full or the group is closing.</summary>
    /// <param name="result">Ends when the item is committed; fails with the commit's exception, or <see cref="TimeoutException"/> past the deadline or the patience.</param>
    public bool TrySubmit(TItem item, out Task<TResult> result)
    {
        var submission = new Submission(item, _clock.GetTimestamp());
        result = submission.Task;
        Interlocked.Increment(ref _unfinished);
        if (_waiting.Writer.TryWrite(submission))
        {
            return true;
        }

        Interlocked.Decrement(ref _unfinished);
        return false;
    }

    /// <summary>Takes no more items, commits those that wait and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await Task.WhenAll(_writers);
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private async Task WriteAsync(int writer)
    {
        var batch = new List<Submission>(_settings.BatchSize);
        (int Size, TimeSpan Took, long At) last = default;
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var gather = GatherAfter(last.Size, last.Took);
            if (gather >= ShortestGather && Waiting < _settings.Enough && _clock.GetElapsedTime(last.At) < gather)
            {
                await Task.Delay(gather, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }

            while (batch.Count < _settings.BatchSize && _waiting.Reader.TryRead(out var submission))
            {
                if (_clock.GetElapsedTime(submission.Submitted) > _settings.Deadline)
                {
                    Fail([submission], new TimeoutException("It waited for its commit past the deadline."));
                    Finish(submission);
                }
                else
                {
                    batch.Add(submission);
                }
            }

            if (batch.Count == 0)
            {
                continue;
            }

            var began = _clock.GetTimestamp();
            Submission[] together = [.. batch];
            Volatile.Write(ref _underWay[writer], together);
            await CommitAsync(together);
            Volatile.Write(ref _underWay[writer], []);
            batch.ForEach(Finish);

            last = (batch.Count, _clock.GetElapsedTime(began), _clock.GetTimestamp());
            batch.Clear();
        }
    }

    private TimeSpan GatherAfter(int size, TimeSpan took)
    {
        var gather = size == 0 ? TimeSpan.Zero
            : _settings.Quick is { } quick ? took - quick
            : _settings.GatherPerItem is { } each ? each * size
            : _settings.Gather;
        return gather < _settings.Gather ? gather : _settings.Gather;
    }

    // Commits that hang hold their writers, so what waits behind them is looked through here too.
    private void GiveUp()
    {
        Fail([.. _underWay.SelectMany(batch => batch).Where(submission => !submission.Task.IsCompleted && IsGivenUp(submission))], new TimeoutException("Its commit took too long."));

        while (_waiting.Reader.TryPeek(out var next) && IsGivenUp(next) && _waiting.Reader.TryRead(out var submission))
        {
            // A writer may have taken the one that was looked at: then this is a younger one, which goes back.
            if (!IsGivenUp(submission) && _waiting.Writer.TryWrite(submission))
            {
                return;
            }

            Fail([submission], new TimeoutException("It waited too long for its commit."));
            Finish(submission);
        }
    }

    private void Finish(Submission submission)
    {
        Interlocked.Decrement(ref _unfinished);
        _release?.Invoke(submission.Item);
    }

    private bool IsGivenUp(Submission submission) => _clock.GetElapsedTime(submission.Submitted) > _settings.Patience;

    /// <returns>Why it failed; null when every item was committed or has its own answer.</returns>
    private async Task<Exception?> CommitAsync(Submission[] batch)
    {
        try
        {
            var results = await _commit(Array.ConvertAll(batch, submission => submission.Item), _stopping.Token);
            Answer(batch, (submission, at) => submission.TrySetResult(results[at]));
            return null;
        }
        catch (Exception failure) when (batch.Length > 1 && !Outage.Is(failure) && !_stopping.IsCancellationRequested)
        {
            await IsolateAsync(batch);
            return null;
        }
        catch (Exception failure)
        {
            Fail(batch, failure);
            return failure;
        }
    }

    private async Task IsolateAsync(Submission[] batch)
    {
        for (var at = 0; at < batch.Length; at++)
        {
            if (await CommitAsync([batch[at]]) is { } failure && Outage.Is(failure))
            {
                Fail(batch[(at + 1)..], failure);
                return;
            }
        }
    }

    private static void Fail(Submission[] batch, Exception failure) => Answer(batch, (submission, _) => submission.TrySetException(failure));

    // Whoever awaits an item goes on where it is answered: never on a writer's thread, and for a large batch on few threads, since handing over each item by itself costs as much as the answer.
    private static void Answer(Submission[] batch, Action<Submission, int> answer)
    {
        var share = Math.Max(SmallestShare, (batch.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount);
        for (var from = 0; from < batch.Length; from += share)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                part =>
                {
                    for (var at = part.From; at < part.To; at++)
                    {
                        answer(batch[at], at);
                    }
                },
                (From: from, To: Math.Min(from + share, batch.Length)),
                preferLocal: false);
        }
    }

    private sealed class Submission(TItem item, long submitted) : TaskCompletionSource<TResult>
    {
        public TItem Item { get; } = item;

        public long Submitted { get; } = submitted;
    }
}
