namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>Whether the books balance: <c>GET /api/ledger</c>.</summary>
/// <param name="At">When it was read, by the dashboard's clock.</param>
/// <param name="From">Start of the time it is about.</param>
/// <param name="Through">End of the last minute that was audited; null when there is none.</param>
/// <param name="Balanced">Whether nothing is missing. What is in flight or dead is accounted for.</param>
/// <param name="Sources">received = accepted + duplicates + conflicts + rejected + refused, by source.</param>
/// <param name="Consumers">due = delivered + in flight + dead + missing, by consumer and source.</param>
/// <param name="Gaps">What is missing or dead, by id, newest first; 200 at most.</param>
public sealed record LedgerReport(
    DateTimeOffset At,
    DateTimeOffset From,
    DateTimeOffset? Through,
    bool Balanced,
    IReadOnlyList<SourceBalance> Sources,
    IReadOnlyList<ConsumerBalance> Consumers,
    IReadOnlyList<LedgerLine> Gaps)
{
    /// <summary>Messages that are missing, everywhere; an unexplained difference counts as well.</summary>
    public long Missing => Sources.Sum(source => source.Missing + Math.Abs(source.Difference)) + Consumers.Sum(consumer => consumer.Missing);

    /// <summary>Messages in error queues.</summary>
    public long Dead => Consumers.Sum(consumer => consumer.Dead);

    /// <summary>Messages no consumer has answered for yet.</summary>
    public long InFlight => Consumers.Sum(consumer => consumer.InFlight);
}

/// <summary>One source's requests.</summary>
/// <param name="Booked">New deliveries, by the journal.</param>
/// <param name="Missing">Booked deliveries whose row, or whose duplicate claim, is not there.</param>
/// <param name="Recovered">How many of the accepted the provider had lost: not sent, but found in its lists.</param>
public sealed record SourceBalance(
    string Source, string Provider, long Accepted, long Duplicates, long Conflicts, long Rejected, long Refused, long Booked, long Missing, long Recovered = 0)
{
    /// <summary>All requests.</summary>
    public long Received => Accepted + Duplicates + Conflicts + Rejected + Refused;

    /// <summary>Accepted by the running totals and not in the journal, or, below zero, the other way round.</summary>
    public long Difference => Accepted - Booked;

    public bool Balanced => Difference == 0 && Missing == 0;
}

/// <summary>What became of one source's messages at one consumer.</summary>
/// <param name="Due">Messages it was meant to get.</param>
/// <param name="Delivered">Claimed in its inbox, and done as far as that can be seen.</param>
/// <param name="InFlight">It has not answered for these yet, or was asked too early.</param>
/// <param name="Dead">In its error queue.</param>
/// <param name="Missing">It was asked twice, and they are not there.</param>
public sealed record ConsumerBalance(string Consumer, string Source, long Due, long Delivered, long InFlight, long Dead, long Missing)
{
    public bool Balanced => Missing == 0;

    /// <summary>Tells what became of <paramref name="due"/> messages.</summary>
    /// <param name="answered">Messages it has answered for, those with gaps included.</param>
    /// <param name="unconfirmed">Gaps of one answer only.</param>
    public static ConsumerBalance Of(string consumer, string source, long due, long answered, long unconfirmed, long dead, long missing)
    {
        var inFlight = Math.Min(due, Math.Max(0, due - answered) + unconfirmed);
        return new ConsumerBalance(consumer, source, due, Math.Max(0, due - inFlight - dead - missing), inFlight, dead, missing);
    }
}

/// <summary>A message that is missing or dead.</summary>
/// <param name="Service">Where: a consumer, or <c>gateway</c> for its own rows.</param>
/// <param name="Minute">Start of the minute in which its webhook came.</param>
/// <param name="Contract">What it is, e.g. <c>PaymentCompleted</c>.</param>
/// <param name="Lacks">The row that is not there: <c>delivery</c>, <c>claim</c>, <c>inbox</c> or <c>activity</c>; <c>dead</c> for a message in the error queue.</param>
/// <param name="FirstSeenAt">When the audit noticed.</param>
public sealed record LedgerLine(string Service, string Source, DateTimeOffset Minute, string Contract, Guid EventId, Guid DeliveryId, string Lacks, DateTimeOffset FirstSeenAt);
