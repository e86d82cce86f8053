using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WebhookPlatform.Messaging.Batching;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Work;

/// <summary>
/// Does the work of one table: leases due rows (replicas skip each other's), attempts them and records the outcome together with what is published about it.
/// A process that dies in the middle leaves a lease that runs out, so the row is neither lost nor made anew; an attempt whose outcome nobody recorded is made again,
/// which is why attempts carry the row's id as their idempotency key.
/// </summary>
public abstract partial class Worker<TContext, TItem>(IDbContextFactory<TContext> contexts, WorkSettings settings, TimeProvider clock, ILogger logger) : BackgroundService
    where TContext : DbContext
    where TItem : WorkItem
{
    private static readonly ActivitySource Traces = new("WebhookPlatform.Work");
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // So long slots become free before the next transaction about them.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);

    // And so long outcomes wait for each other, unless many do.
    private static readonly TimeSpan GatherOutcomes = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan ClockCheck = TimeSpan.FromSeconds(10);

    // Nothing is put off for longer.
    private readonly TimeSpan _farthest = new[] { settings.LongestPause, settings.Lease, LongestRetryAfter }.Max();

    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Looks for due rows now rather than at the next poll.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else has just woken it.
            }
        }
    }

    /// <summary>Attempts the work. An exception counts as <see cref="WorkOutcome.Failed"/>.</summary>
    protected abstract Task<WorkOutcome> AttemptAsync(TItem item, CancellationToken cancellationToken);

    /// <summary>Adds to the transaction that records the outcome: an attempt's row, and through <paramref name="publish"/> what the world should know.</summary>
    /// <param name="item">Tracked by <paramref name="db"/>, its state already set.</param>
    protected abstract void Record(TContext db, TItem item, WorkOutcome outcome, Action<object, Guid> publish);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Attempts outlive the signal to stop by a moment: what is nearly done need not be done again.
        using var attempts = new CancellationTokenSource();
        await using var stopping = stoppingToken.Register(() => attempts.CancelAfter(settings.StopGrace));
        await using var records = new GroupCommit<Attempted, bool>(
            new GroupCommitSettings(Capacity: settings.Parallelism, BatchSize: settings.Parallelism, Writers: 1, Deadline: TimeSpan.MaxValue, GatherOutcomes) { Enough = (settings.Parallelism + 1) / 2 },
            RecordAsync,
            clock);
        var running = new List<Task>();
        var clockChecked = clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (clock.GetElapsedTime(clockChecked) > ClockCheck)
                {
                    await CatchUpAsync(stoppingToken);
                    clockChecked = clock.GetTimestamp();
                }

                running.RemoveAll(task => task.IsCompleted);
                var free = settings.Parallelism - running.Count;
                var leased = free > 0 ? await LeaseAsync(free, stoppingToken) : [];
                running.AddRange(leased.Select(item => Task.Run(() => DoAsync(item, records, attempts.Token), CancellationToken.None)));
                if (leased.Count < free || running.Count == settings.Parallelism)
                {
                    await PauseAsync(running, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                LogPaused(logger, typeof(TItem).Name, failure.GetBaseException().Message);
                await Task.Delay(Poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(running);
    }

    // Until something is written or due, or, with all slots taken, until one is free.
    private async Task PauseAsync(List<Task> running, CancellationToken stoppingToken)
    {
        if (running.Count == settings.Parallelism)
        {
            await Task.WhenAny(running).WaitAsync(stoppingToken);
            await Task.Delay(Gather, clock, stoppingToken);
            return;
        }

        await _wake.WaitAsync(Poll, stoppingToken);
    }

    private async Task<List<TItem>> LeaseAsync(int count, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var table = db.Model.FindEntityType(typeof(TItem))!.GetTableName();
        var now = clock.GetUtcNow();

        // An array, so that the planner cannot run the locking query once per row and lease more than the limit.
#pragma warning disable EF1002 // the table's name comes from the model
        return await db.Set<TItem>().FromSqlRaw(
            $$"""
            UPDATE {{table}} SET attempts = attempts + 1, due_at = {0} WHERE id = ANY (ARRAY(
                SELECT id FROM {{table}} WHERE state = 'Pending' AND due_at <= {1} ORDER BY due_at LIMIT {2} FOR UPDATE SKIP LOCKED))
            RETURNING *
            """,
            now + settings.Lease,
            now,
            count).AsNoTracking().ToListAsync(cancellationToken);
#pragma warning restore EF1002
    }

    // What was planned by a clock that was ahead must not wait until time has caught up with it.
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var farthest = now + _farthest;
        var ahead = await db.Set<TItem>()
            .Where(item => item.State == WorkState.Pending && (item.DueAt > farthest || (item.DueAt > now && item.CreatedAt > now && item.Attempts == 0)))
            .ExecuteUpdateAsync(item => item.SetProperty(row => row.DueAt, now), cancellationToken);
        if (ahead > 0)
        {
            LogCaughtUp(logger, ahead, typeof(TItem).Name);
        }
    }

    private async Task DoAsync(TItem leased, GroupCommit<Attempted, bool> records, CancellationToken stoppingToken)
    {
        using var activity = Traces.StartActivity($"attempt {typeof(TItem).Name}", ActivityKind.Internal, TraceContext.Parse(leased.TraceParent));
        try
        {
            var outcome = await OutcomeAsync(leased, stoppingToken);
            await RecordWhenPossibleAsync(new Attempted(leased, outcome), records, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await ReleaseAsync(leased);
        }
        catch (Exception failure)
        {
            LogNotRecorded(logger, typeof(TItem).Name, leased.Id, failure.GetBaseException().Message);
        }
    }

    private async Task<WorkOutcome> OutcomeAsync(TItem item, CancellationToken stoppingToken)
    {
        try
        {
            return await AttemptAsync(item, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            return new WorkOutcome.Failed(failure.GetBaseException().Message);
        }
    }

    // A process that stops hands its work back, so that the next need not wait for the lease to run out; the attempt does not count.
    private async Task ReleaseAsync(TItem leased)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
            await db.Set<TItem>()
                .Where(row => row.Id == leased.Id && row.DueAt == leased.DueAt && row.State == WorkState.Pending)
                .ExecuteUpdateAsync(row => row.SetProperty(item => item.DueAt, clock.GetUtcNow()).SetProperty(item => item.Attempts, leased.Attempts - 1));
        }
        catch (Exception failure)
        {
            LogNotReleased(logger, typeof(TItem).Name, leased.Id, failure.GetBaseException().Message);
        }
    }

    // An error that cannot be stored would be tried again for ever.
    private static string Storable(string error) => ShortText.Of(error, WorkItem.LongestError);

    // While the database is away nobody else can take the work over either: an outcome that waits spares its receiver the same attempt once more.
    private async Task RecordWhenPossibleAsync(Attempted attempted, GroupCommit<Attempted, bool> records, CancellationToken stoppingToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (!records.TrySubmit(attempted, out var recorded))
                {
                    throw new InvalidOperationException("There are more outcomes than slots.");
                }

                await recorded;
                return;
            }
            catch (Exception failure) when (Outage.Is(failure) && !stoppingToken.IsCancellationRequested)
            {
                LogOutcomeWaits(logger, typeof(TItem).Name, attempted.Leased.Id, failure.GetBaseException().Message);
                await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<IReadOnlyList<bool>> RecordAsync(IReadOnlyList<Attempted> batch, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        Guid[] ids = [.. batch.Select(attempted => attempted.Leased.Id)];
        var items = await db.Set<TItem>().Where(row => ids.Contains(row.Id)).ToDictionaryAsync(row => row.Id, cancellationToken);
        var messages = new List<OutboxMessage>();
        foreach (var (leased, outcome) in batch)
        {
            // Else somebody else has taken it over or decided on it.
            if (items.TryGetValue(leased.Id, out var item) && item.State is WorkState.Pending && item.DueAt == leased.DueAt)
            {
                Conclude(item, outcome);
                Record(db, item, outcome, (message, id) => messages.Add(OutboxMessage.For(message, id, TraceContext.Parse(item.TraceParent))));
            }
        }

        db.Set<OutboxMessage>().AddRange(OutboxPack.Pack(messages));
        await db.SaveChangesAsync(cancellationToken);
        if (batch.Any(attempted => attempted.Outcome is WorkOutcome.Advanced))
        {
            Wake();
        }

        return new bool[batch.Count];
    }

    private void Conclude(TItem item, WorkOutcome outcome)
    {
        var now = clock.GetUtcNow();
        switch (outcome)
        {
            case WorkOutcome.Succeeded:
                (item.State, item.FinishedAt, item.LastError) = (WorkState.Succeeded, now, null);
                break;
            case WorkOutcome.Advanced:
                (item.Attempts, item.DueAt, item.LastError) = (0, now, null);
                break;
            case WorkOutcome.Failed failed when item.Attempts < settings.MaxAttempts:
                item.LastError = Storable(failed.Error);
                item.DueAt = now + (failed.RetryAfter is { } asked ? (asked < _farthest ? asked : _farthest) : Backoff.Delay(item.Attempts - 1, settings.FirstPause, settings.LongestPause));
                break;
            case WorkOutcome.Failed failed:
                (item.State, item.FinishedAt, item.LastError) = (WorkState.Dead, now, Storable(failed.Error));
                break;
            case WorkOutcome.Rejected rejected:
                (item.State, item.FinishedAt, item.LastError) = (WorkState.Dead, now, Storable(rejected.Error));
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Work on {Kind} pauses: {Reason}")]
    private static partial void LogPaused(ILogger logger, string kind, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The clock has been set back: {Count} {Kind} that were planned ahead of it are due now")]
    private static partial void LogCaughtUp(ILogger logger, int count, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Id} could not be handed back; it will be tried again when its lease runs out: {Reason}")]
    private static partial void LogNotReleased(ILogger logger, string kind, Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The outcome of {Kind} {Id} waits for the database: {Reason}")]
    private static partial void LogOutcomeWaits(ILogger logger, string kind, Guid id, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outcome of {Kind} {Id} could not be recorded; it will be tried again when its lease runs out: {Reason}")]
    private static partial void LogNotRecorded(ILogger logger, string kind, Guid id, string reason);

    /// <summary>An item as it was leased, and what became of the attempt.</summary>
    private sealed record Attempted(TItem Leased, WorkOutcome Outcome);
}
