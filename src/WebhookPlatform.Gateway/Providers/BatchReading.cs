namespace WebhookPlatform.Gateway.Providers;

/// <summary>Puts what the items of a batch were read as together. A batch of one is that one: it has its id, as if it had come alone.</summary>
internal sealed class BatchReading
{
    /// <summary>The type of a batch whose items have several.</summary>
    public const string MixedType = "batch";

    private readonly List<EventDraft> _drafts = [];
    private Webhook? _first;
    private string? _type;
    private int _count;

    /// <summary>Adds an item; its events have keys and times of their own.</summary>
    public void Add(Webhook item)
    {
        _first ??= item;
        _type = _type is null || string.Equals(_type, item.EventType, StringComparison.Ordinal) ? item.EventType : MixedType;
        _drafts.AddRange(item.Events);
        _count++;
    }

    public Webhook ToWebhook() => _first is null ? Webhook.Unreadable
        : _count == 1 ? _first
        : new Webhook(null, _type!, null, null, _drafts);
}
