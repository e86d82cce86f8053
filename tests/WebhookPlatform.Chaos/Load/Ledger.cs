using System.Collections.Concurrent;

namespace WebhookPlatform.Chaos.Load;

/// <summary>What the driver remembers: what it tried, and what the platform promised in return.</summary>
public sealed class Ledger
{
    private readonly ConcurrentDictionary<string, (Webhook Webhook, Guid Delivery)> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _broken = new();
    private readonly ConcurrentQueue<Webhook> _abandoned = new();
    private readonly ConcurrentQueue<Webhook> _forged = new();
    private readonly ConcurrentQueue<Poison> _poison = new();
    private long _attempts;
    private long _acknowledgements;
    private long _cuts;

    /// <summary>By event id: what was acknowledged with 2xx, and under which delivery id.</summary>
    public IReadOnlyDictionary<string, (Webhook Webhook, Guid Delivery)> Acknowledged => _acknowledged;

    /// <summary>Answers that contradict each other.</summary>
    public IReadOnlyCollection<string> Broken => _broken;

    /// <summary>Cut off and never sent again.</summary>
    public IReadOnlyCollection<Webhook> Abandoned => _abandoned;

    public IReadOnlyCollection<Webhook> Forged => _forged;

    /// <summary>What was put into the queues behind the gateway's back.</summary>
    public IReadOnlyCollection<Poison> Poison => _poison;

    /// <summary>Requests, those included that failed or were cut.</summary>
    public long Attempts => Interlocked.Read(ref _attempts);

    /// <summary>2xx, those for duplicates included.</summary>
    public long Acknowledgements => Interlocked.Read(ref _acknowledgements);

    /// <summary>Connections that the driver cut.</summary>
    public long Cuts => Interlocked.Read(ref _cuts);

    public void Attempted() => Interlocked.Increment(ref _attempts);

    public void WasCut() => Interlocked.Increment(ref _cuts);

    public void Acknowledge(Webhook webhook, Guid delivery)
    {
        Interlocked.Increment(ref _acknowledgements);
        var first = _acknowledged.GetOrAdd(webhook.EventId, (webhook, delivery)).Delivery;
        if (first != delivery)
        {
            _broken.Enqueue($"{webhook.EventId} was acknowledged as delivery {first} and as {delivery}");
        }
    }

    public void Abandon(Webhook webhook) => _abandoned.Enqueue(webhook);

    public void Forge(Webhook webhook) => _forged.Enqueue(webhook);

    public void AcceptedForgery(Webhook webhook) => _broken.Enqueue($"{webhook.EventId} was forged and acknowledged");

    public void Poisoned(Poison poison) => _poison.Enqueue(poison);
}
