namespace WebhookPlatform.Gateway.Tallies;

/// <summary>Requests of one source in one minute, counted by one writer: the sum over <see cref="Shard"/> is the total, and writers never wait for each other's row.</summary>
public sealed class Tally
{
    public required string Source { get; init; }

    public required DateTimeOffset Minute { get; init; }

    /// <summary>Random per write.</summary>
    public required int Shard { get; init; }

    public required string Provider { get; init; }

    public long Accepted { get; init; }

    public long Duplicates { get; init; }

    public long Conflicts { get; init; }

    public long Rejected { get; init; }

    public long Refused { get; init; }

    /// <summary>How many of the accepted were not sent but found at the provider.</summary>
    public long Recovered { get; init; }
}
