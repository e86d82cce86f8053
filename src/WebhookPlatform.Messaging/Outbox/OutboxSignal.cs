using Microsoft.EntityFrameworkCore.Diagnostics;

namespace WebhookPlatform.Messaging.Outbox;

/// <summary>
/// Wakes this process's relay when it has written to the outbox. PostgreSQL's <c>NOTIFY</c> would reach other replicas too, but takes one lock for the whole server
/// until the commit is on disk, which ends group commit for everybody; rows of a process that died are found by the relays' poll.
/// </summary>
/// <remarks>The lock: <c>PreCommit_Notify</c> in PostgreSQL's src/backend/commands/async.c.</remarks>
public sealed class OutboxSignal : SaveChangesInterceptor, IDisposable
{
    private readonly SemaphoreSlim _raised = new(0, 1);

    /// <summary>Call after the commit of a transaction that wrote to the outbox; for EF Core's own transactions it happens by itself.</summary>
    public void Raise()
    {
        if (_raised.CurrentCount > 0)
        {
            return;
        }

        try
        {
            _raised.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just raised it.
        }
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context?.Database.CurrentTransaction is null)
        {
            Raise();
        }

        return ValueTask.FromResult(result);
    }

    public void Dispose() => _raised.Dispose();

    /// <summary>Ends when it is raised, or after <paramref name="atMost"/>.</summary>
    internal Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _raised.WaitAsync(atMost, cancellationToken);
}
