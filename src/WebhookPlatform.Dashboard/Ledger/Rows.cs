namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>What the gateway's books say about one source's minute.</summary>
public sealed class LedgerMinuteRow
{
    public required DateTimeOffset Minute { get; init; }

    public required string Source { get; init; }

    public required string Provider { get; init; }

    /// <summary>Which look this is from.</summary>
    public required int Look { get; init; }

    public required long Accepted { get; init; }

    public required long Duplicates { get; init; }

    public required long Conflicts { get; init; }

    public required long Rejected { get; init; }

    public required long Refused { get; init; }

    /// <summary>New deliveries by the journal.</summary>
    public required long Booked { get; init; }

    /// <summary>Messages due to each consumer.</summary>
    public required long Events { get; init; }

    public required string[] Consumers { get; init; }

    /// <summary>Those of the accepted that the provider had lost.</summary>
    public long Recovered { get; init; }
}

/// <summary>About how many messages of a minute a service has answered at one look.</summary>
public sealed class LedgerAnswerRow
{
    public required DateTimeOffset Minute { get; init; }

    public required string Source { get; init; }

    public required string Service { get; init; }

    public required int Look { get; init; }

    public required long Answered { get; init; }
}

/// <summary>Messages of one page that are not where they should be at one service. The row goes when an answer says that all are there.</summary>
public sealed class LedgerGapRow
{
    /// <summary>The gateway's name as a service; it is not asked again, since it looks at its rows by itself.</summary>
    public const string Gateway = "gateway";

    public required Guid PageId { get; init; }

    public required string Service { get; init; }

    public required DateTimeOffset Minute { get; init; }

    public required string Source { get; init; }

    public required string Contract { get; init; }

    /// <summary>Packed <see cref="Contracts.Platform.LedgerEntry"/> values.</summary>
    public required byte[] Entries { get; init; }

    /// <summary>What each entry lacks.</summary>
    public required string[] Lacks { get; init; }

    /// <summary>Answers that said so. After the first, the messages may still be on their way.</summary>
    public required int Answers { get; init; }

    /// <summary>When the question was asked whose answer this is.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>When to ask again.</summary>
    public required DateTimeOffset DueAt { get; init; }
}
