namespace WebhookPlatform.Cli.Recovery;

/// <summary>A run as the gateway's <c>/api/sources/{name}/recoveries/{id}</c> tells it, as far as it is printed.</summary>
/// <param name="State"><c>pending</c> until it is over, then <c>succeeded</c> or <c>dead</c>.</param>
/// <param name="Listed">Webhooks that the provider says it sent.</param>
/// <param name="Unusable">Those that it does not give in full.</param>
/// <param name="NextAttemptAt">When it goes on after a failure.</param>
public sealed record RecoveryAnswer(
    Guid Id, string Source, DateTimeOffset Since, DateTimeOffset Until, string State, int Pages, long Listed, long Known, long Recovered, long Unusable, string? Error, DateTimeOffset? NextAttemptAt)
{
    public bool IsOver => State is not "pending";

    public bool Succeeded => State is "succeeded";
}
