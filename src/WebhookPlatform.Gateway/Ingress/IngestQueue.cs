using System.Diagnostics.Metrics;
using WebhookPlatform.Messaging.Batching;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Where verified webhooks wait for their commit, many sharing one. Bounded: what does not fit, or would wait too long, is refused at once so that the others stay fast.</summary>
public sealed class IngestQueue : IAsyncDisposable
{
    private static readonly Meter Metrics = new("WebhookPlatform.Gateway");

    // Half of the tightest budget of a big provider (Slack's 3 s): what waited longer than this is better sent again.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1.5);

    // A commit costs as much as many webhooks, so near the machine's limit some milliseconds of gathering save half of all work; where commits are small and quick, senders would wait for nothing.
    // One writer: a second one makes commits smaller and each webhook dearer. A commit may hang with the database; nobody waits for it longer than the sender would.
    private static readonly GroupCommitSettings Settings = new(Capacity: 2 * Most, BatchSize: 512, Writers: 1, Deadline, Gather: TimeSpan.FromMilliseconds(8))
    {
        Quick = TimeSpan.FromMilliseconds(2),
        Enough = Many,
        Patience = IngestWriter.Patience,
        Thread = "ingest",
    };

    // What a machine commits in some tenths of a second.
    private const int Most = 1024;

    // More than come during a commit unless the machine is at its limit.
    private const int Many = 64;

    private readonly GroupCommit<PendingDelivery, IngestResult> _group;

    public IngestQueue(IngestWriter writer, TimeProvider clock)
    {
        _group = new GroupCommit<PendingDelivery, IngestResult>(Settings, (batch, stop) => Task.FromResult(writer.Commit(batch, stop)), clock, delivery => delivery.Body.Release());
        Metrics.CreateObservableGauge("ingest.waiting", () => _group.Waiting, "{delivery}", "Verified webhooks that wait for their commit.");
    }

    /// <summary>Whether so many wait that another one had better come again: known before anything is spent on it.</summary>
    public bool IsFull => _group.Unfinished >= Most;

    /// <summary>Whether senders wait because all of the machine is in use.</summary>
    public bool IsBusy => _group.Unfinished >= Many;

    /// <summary>Ends when the delivery is durable, or known to be a duplicate.</summary>
    /// <exception cref="IngestRefusedException">The queue is full.</exception>
    /// <exception cref="Exception">What the database said, or <see cref="TimeoutException"/>; see <see cref="Messaging.Outages.Outage"/>.</exception>
    public Task<IngestResult> CommitAsync(PendingDelivery delivery)
    {
        // The group may outlive the request that submits to it.
        delivery.Body.Hold();
        if (_group.TrySubmit(delivery, out var result))
        {
            return result;
        }

        delivery.Body.Release();
        throw new IngestRefusedException("queue-full", "More webhooks wait than can be stored in time.");
    }

    public ValueTask DisposeAsync() => _group.DisposeAsync();
}

/// <summary>A webhook was turned away for a reason of ours: the sender is asked to come again.</summary>
public class IngestRefusedException(string reason, string message) : Exception(message)
{
    /// <summary>Short name, for counting.</summary>
    public string Reason { get; } = reason;
}
