namespace WebhookPlatform.Contracts.Platform;

/// <summary>A service has compared a <see cref="LedgerPage"/> with its tables.</summary>
/// <param name="PageId">The page.</param>
/// <param name="Service">Who answers: a consumer's queue, or <c>gateway</c> about its own rows.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Minute">Start of the page's minute, UTC.</param>
/// <param name="Look">As in the question.</param>
/// <param name="AskedAt">As in the question: of two answers about a page, that to the later question holds.</param>
/// <param name="Contract">As in the question.</param>
/// <param name="Asked">Messages on the page.</param>
/// <param name="Gaps">Those of them that are not where they should be; empty when all is well.</param>
public sealed record LedgerAnswered(
    Guid PageId,
    string Service,
    string Source,
    DateTimeOffset Minute,
    int Look,
    DateTimeOffset AskedAt,
    string Contract,
    int Asked,
    IReadOnlyList<LedgerGap> Gaps);

/// <summary>A message that is not where it should be.</summary>
/// <param name="EventId">The message's id.</param>
/// <param name="DeliveryId">The delivery it was read from.</param>
/// <param name="Lacks">The row that is not there: <c>delivery</c>, <c>claim</c>, <c>inbox</c> or <c>activity</c>; <c>dead</c> for a message in the error queue.</param>
public sealed record LedgerGap(Guid EventId, Guid DeliveryId, string Lacks)
{
    /// <summary>Given up after its retries, and accounted for: it lies in the error queue.</summary>
    public const string Dead = "dead";
}
