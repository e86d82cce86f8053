using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Messaging.Batching;

namespace WebhookPlatform.UnitTests.Messaging;

public sealed class GroupCommitTests
{
    private static readonly GroupCommitSettings Settings = new(Capacity: 10, BatchSize: 4, Writers: 1, Deadline: TimeSpan.FromSeconds(5));

    [Fact]
    public async Task Items_that_wait_share_a_commit_of_bounded_size()
    {
        using var gate = new SemaphoreSlim(0);
        var batches = new ConcurrentQueue<int>();
        await using var group = new GroupCommit<int, int>(Settings, async (items, _) =>
        {
            batches.Enqueue(items.Count);
            await gate.WaitAsync(CancellationToken.None);
            return [.. items.Select(item => item * 2)];
        }, TimeProvider.System);

        var results = new List<Task<int>> { Submit(group, 0) };
        await TestKit.Eventually.IsTrue(() => Task.FromResult(batches.Count == 1));
        results.AddRange(Enumerable.Range(1, 6).Select(item => Submit(group, item)));
        gate.Release(10);

        var doubled = await Task.WhenAll(results);
        Assert.Equal([0, 2, 4, 6, 8, 10, 12], doubled);
        Assert.Equal([1, 4, 2], batches);
    }

    [Fact]
    public async Task One_bad_item_does_not_fail_its_neighbours()
    {
        using var gate = new SemaphoreSlim(0);
        await using var group = new GroupCommit<int, int>(Settings, async (items, _) =>
        {
            await gate.WaitAsync(CancellationToken.None);
            gate.Release();
            return items.Contains(3) ? throw new FormatException("three") : [.. items];
        }, TimeProvider.System);

        var results = Enumerable.Range(1, 5).Select(item => Submit(group, item)).ToList();
        gate.Release();

        await Assert.ThrowsAsync<FormatException>(() => results[2]);
        var others = await Task.WhenAll(results.Where((_, at) => at != 2));
        Assert.Equal([1, 2, 4, 5], others);
    }

    [Fact]
    public async Task An_outage_fails_the_whole_batch_at_once()
    {
        var commits = 0;
        using var gate = new SemaphoreSlim(0);
        await using var group = new GroupCommit<int, int>(Settings, async (_, _) =>
        {
            await gate.WaitAsync(CancellationToken.None);
            gate.Release();
            Interlocked.Increment(ref commits);
            throw new TimeoutException("away");
        }, TimeProvider.System);

        var results = Enumerable.Range(1, 5).Select(item => Submit(group, item)).ToList();
        gate.Release();

        foreach (var result in results)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => result);
        }

        Assert.InRange(commits, 1, 2);
    }

    [Fact]
    public async Task A_full_queue_turns_away_at_once()
    {
        using var gate = new SemaphoreSlim(0);
        await using var group = new GroupCommit<int, int>(Settings, async (items, _) =>
        {
            await gate.WaitAsync(CancellationToken.None);
            return [.. items];
        }, TimeProvider.System);
        while (group.TrySubmit(0, out _))
        {
            // Until one is turned away; the writer holds at most one batch beside the queue.
        }

        Assert.False(group.TrySubmit(1, out _));
        Assert.InRange(group.Waiting, 1, Settings.Capacity);
        gate.Release(100);
    }

    [Fact]
    public async Task What_waited_past_the_deadline_is_not_committed()
    {
        var clock = new FakeTimeProvider();
        var committed = new ConcurrentQueue<int>();
        using var gate = new SemaphoreSlim(0);
        using var underWay = new SemaphoreSlim(0);
        await using var group = new GroupCommit<int, int>(Settings, async (items, _) =>
        {
            underWay.Release();
            await gate.WaitAsync(CancellationToken.None);
            foreach (var item in items)
            {
                committed.Enqueue(item);
            }

            return [.. items];
        }, clock);
        var first = Submit(group, 1);
        Assert.True(await underWay.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None));
        var late = Submit(group, 2);
        clock.Advance(TimeSpan.FromSeconds(6));
        gate.Release(10);

        Assert.Equal(1, await first);
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        Assert.Equal([1], committed);
    }

    [Fact]
    public async Task Nobody_awaits_a_commit_that_hangs_longer_than_the_patience()
    {
        var clock = new FakeTimeProvider();
        using var gate = new SemaphoreSlim(0);
        using var underWay = new SemaphoreSlim(0);
        await using var group = new GroupCommit<int, int>(Settings with { Deadline = TimeSpan.FromHours(1), Patience = TimeSpan.FromSeconds(3) }, async (items, _) =>
        {
            underWay.Release();
            await gate.WaitAsync(CancellationToken.None);
            return [.. items];
        }, clock);
        var hanging = Submit(group, 1);
        Assert.True(await underWay.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None));
        var behind = Submit(group, 2);

        await TestKit.Eventually.IsTrue(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(hanging.IsCompleted && behind.IsCompleted);
        });

        await Assert.ThrowsAsync<TimeoutException>(() => hanging);
        await Assert.ThrowsAsync<TimeoutException>(() => behind);
        gate.Release(10);
    }

    [Fact]
    public async Task Every_item_is_released_once_whatever_became_of_it()
    {
        var clock = new FakeTimeProvider();
        var released = new ConcurrentQueue<int>();
        using var gate = new SemaphoreSlim(0);
        using var underWay = new SemaphoreSlim(0);
        var group = new GroupCommit<int, int>(Settings, async (items, _) =>
        {
            underWay.Release();
            await gate.WaitAsync(CancellationToken.None);
            return items.Contains(3) ? throw new FormatException("three") : [.. items];
        }, clock, released.Enqueue);
        var first = Submit(group, 1);
        Assert.True(await underWay.WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None));
        var late = Submit(group, 2);
        clock.Advance(TimeSpan.FromSeconds(6));
        Task<int>[] others = [Submit(group, 3), Submit(group, 4)];
        gate.Release(100);

        await first;
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        await Assert.ThrowsAsync<FormatException>(() => others[0]);
        await others[1];
        await group.DisposeAsync();
        Assert.Equal([1, 2, 3, 4], released.Order());
    }

    [Fact]
    public async Task A_thread_of_its_own_is_never_left_whatever_is_awaited_or_fails()
    {
        var threads = new ConcurrentBag<string?>();
        await using var group = new GroupCommit<int, int>(
            Settings with { Thread = "commits", Gather = TimeSpan.FromMilliseconds(1) },
            (items, _) =>
            {
                threads.Add(Thread.CurrentThread.Name);
                return items.Contains(7) ? throw new FormatException("seven") : Task.FromResult<IReadOnlyList<int>>([.. items]);
            },
            TimeProvider.System);

        for (var item = 0; item < 20; item++)
        {
            var result = Submit(group, item);
            Assert.Equal(item == 7, await Record.ExceptionAsync(() => result) is FormatException);
        }

        Assert.Equal(["commits"], threads.Distinct(StringComparer.Ordinal));
        await TestKit.Eventually.IsTrue(() => Task.FromResult(group.Unfinished == 0));
    }

    [Theory]
    [InlineData(6, 2, null)] // took 6 ms where 2 are usual
    [InlineData(0, null, 4)] // 4 ms for each item
    [InlineData(0, null, null)]
    public async Task After_a_commit_that_was_slow_or_large_work_gathers(int tookMs, int? quickMs, int? perItemMs)
    {
        var clock = new CountingClock();
        var batches = new ConcurrentQueue<int>();
        await using var group = new GroupCommit<int, int>(Gathering(quickMs, perItemMs), (items, _) =>
        {
            batches.Enqueue(items.Count);
            clock.Advance(TimeSpan.FromMilliseconds(tookMs));
            return Task.FromResult<IReadOnlyList<int>>([.. items]);
        }, clock);
        await Submit(group, 1);

        var second = Submit(group, 2);
        await TestKit.Eventually.IsTrue(() => Task.FromResult(clock.Timers == 1));
        var others = Task.WhenAll(second, Submit(group, 3));
        await TestKit.Eventually.IsTrue(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            return Task.FromResult(others.IsCompleted);
        });

        Assert.Equal([1, 2], batches);
    }

    [Theory]
    [InlineData(2, 2, null)]
    [InlineData(5, null, 0)]
    public async Task After_a_commit_that_was_quick_or_small_the_next_follows_at_once(int tookMs, int? quickMs, int? perItemMs)
    {
        var clock = new FakeTimeProvider();
        await using var group = new GroupCommit<int, int>(Gathering(quickMs, perItemMs), (items, _) =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(tookMs));
            return Task.FromResult<IReadOnlyList<int>>([.. items]);
        }, clock);

        for (var item = 0; item < 20; item++)
        {
            Assert.Equal(item, await Submit(group, item).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
    }

    private static GroupCommitSettings Gathering(int? quickMs, int? perItemMs) => Settings with
    {
        Gather = TimeSpan.FromMilliseconds(8),
        Quick = quickMs is { } quick ? TimeSpan.FromMilliseconds(quick) : null,
        GatherPerItem = perItemMs is { } each ? TimeSpan.FromMilliseconds(each) : null,
    };

    private static Task<int> Submit(GroupCommit<int, int> group, int item)
    {
        Assert.True(group.TrySubmit(item, out var result));
        return result;
    }

    private sealed class CountingClock : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
