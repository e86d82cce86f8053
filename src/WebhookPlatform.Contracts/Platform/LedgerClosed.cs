namespace WebhookPlatform.Contracts.Platform;

/// <summary>What the gateway's books say about one source's requests in one minute that is over. Told after each look; a later look replaces an earlier one.</summary>
/// <param name="Source">The source's name; <c>(unknown)</c> for requests to no configured source.</param>
/// <param name="Provider">The source's provider; empty for no configured source.</param>
/// <param name="Minute">Start of the minute, UTC.</param>
/// <param name="Look">Which look at the minute, from 1.</param>
/// <param name="Accepted">New deliveries, by the running totals.</param>
/// <param name="Duplicates">Redeliveries of stored ones.</param>
/// <param name="Conflicts">Known id with another body. Not counted in <paramref name="Duplicates"/>.</param>
/// <param name="Rejected">Requests refused for a reason of the sender's.</param>
/// <param name="Refused">Requests refused for a reason of ours (503).</param>
/// <param name="Booked">New deliveries, by the journal: the same as <paramref name="Accepted"/> when the books are right.</param>
/// <param name="Events">Messages the accepted deliveries gave: each consumer must have taken as many.</param>
/// <param name="Consumers">The queues that were meant to get them.</param>
/// <param name="Recovered">How many of the accepted were not sent but found at the provider: lost on the way, and fetched.</param>
public sealed record LedgerClosed(
    string Source,
    string Provider,
    DateTimeOffset Minute,
    int Look,
    long Accepted,
    long Duplicates,
    long Conflicts,
    long Rejected,
    long Refused,
    long Booked,
    long Events,
    IReadOnlyList<string> Consumers,
    long Recovered = 0);
