namespace WebhookPlatform.Cli.Ledger;

/// <summary>What the dashboard's <c>/api/ledger</c> answers, as far as it is printed.</summary>
/// <param name="Through">End of the last minute that was audited; null when there is none.</param>
public sealed record LedgerAnswer(DateTimeOffset? Through, bool Balanced, IReadOnlyList<LedgerSource> Sources, IReadOnlyList<LedgerConsumer> Consumers, IReadOnlyList<LedgerGapLine> Gaps, long Missing);

/// <summary>One source's requests.</summary>
/// <param name="Difference">Accepted by the running totals and not in the journal.</param>
/// <param name="Missing">Deliveries or claims that are not there.</param>
/// <param name="Recovered">How many of the accepted the provider had lost: not sent, but found in its lists.</param>
public sealed record LedgerSource(string Source, long Received, long Accepted, long Duplicates, long Conflicts, long Rejected, long Refused, long Difference, long Missing, long Recovered = 0);

/// <summary>What became of one source's messages at one consumer.</summary>
public sealed record LedgerConsumer(string Consumer, string Source, long Due, long Delivered, long InFlight, long Dead, long Missing);

/// <summary>A message that is missing or dead.</summary>
public sealed record LedgerGapLine(string Service, string Source, DateTimeOffset Minute, string Contract, Guid EventId, Guid DeliveryId, string Lacks);
