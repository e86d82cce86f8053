namespace WebhookPlatform.Contracts.Platform;

/// <summary>How many requests a source had in one minute. The counts are running totals of that minute and never fall, so the newest is the greatest whatever the order of arrival.</summary>
/// <param name="Source">The source's name; <c>(unknown)</c> for requests to no configured source.</param>
/// <param name="Provider">The source's provider; empty for no configured source.</param>
/// <param name="Minute">Start of the minute, UTC.</param>
/// <param name="Accepted">New deliveries stored.</param>
/// <param name="Duplicates">Redeliveries of stored ones, acknowledged and not published.</param>
/// <param name="Conflicts">Known id with another body: kept and flagged, not published. Not counted in <paramref name="Duplicates"/>.</param>
/// <param name="Rejected">Requests refused for a reason of the sender's: signature, size, method.</param>
/// <param name="Refused">Requests refused for a reason of ours (503): the sender should retry.</param>
public sealed record IngressTallied(
    string Source,
    string Provider,
    DateTimeOffset Minute,
    long Accepted,
    long Duplicates,
    long Conflicts,
    long Rejected,
    long Refused);
