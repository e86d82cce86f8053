using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>One comparison of what a provider says it sent with what is here. Work in steps of one page: a step that was broken off is done anew, and finds what it has let in already.</summary>
public sealed class RecoveryRun : WorkItem
{
    public required string Source { get; init; }

    public required RecoveryTrigger Trigger { get; init; }

    /// <summary>The earliest time it asks about, by the provider's clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The latest.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Where the list goes on; null before the first page.</summary>
    public string? Cursor { get; set; }

    /// <summary>Pages done.</summary>
    public int Pages { get; set; }

    /// <summary>Webhooks that the provider says it sent.</summary>
    public long Listed { get; set; }

    /// <summary>Those of them that were not here, and are now.</summary>
    public long Recovered { get; set; }

    /// <summary>Those of them that the provider does not give in full, or that are larger than the source takes.</summary>
    public long Unusable { get; set; }
}

/// <summary>Why there is a run. Stored by name.</summary>
public enum RecoveryTrigger
{
    Command,
    Schedule,
}
