namespace WebhookPlatform.Gateway.Ledger;

/// <summary>
/// The second book: which messages one commit gave, by source and contract. Written with the deliveries, the claims and the outbox rows, and read only by the
/// audit, so that a row that goes missing from any of them is missed by name.
/// </summary>
public sealed class JournalRow
{
    /// <summary>In which the webhooks came, as in the tallies.</summary>
    public required DateTimeOffset Minute { get; init; }

    /// <summary>Order of writing.</summary>
    public long Id { get; init; }

    public required string Source { get; init; }

    /// <summary>Contract name of all its messages. <c>WebhookReceived</c> stands for the deliveries themselves, one each.</summary>
    public required string Contract { get; init; }

    /// <summary>Packed <see cref="Contracts.Platform.LedgerEntry"/> values.</summary>
    public required byte[] Entries { get; init; }
}

/// <summary>How far the audit is with one minute.</summary>
public sealed class AuditedMinute
{
    public required DateTimeOffset Minute { get; init; }

    /// <summary>Looks done.</summary>
    public required int Looks { get; init; }

    /// <summary>When the next look is due; null after the last.</summary>
    public DateTimeOffset? DueAt { get; init; }
}
