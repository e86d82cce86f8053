using Npgsql;
using NpgsqlTypes;

namespace WebhookPlatform.Gateway.Tallies;

/// <summary>Adds counts to the totals, inside the caller's transaction.</summary>
internal static class TallySql
{
    private const int Shards = 16;

    public static NpgsqlBatchCommand Add(IReadOnlyCollection<TallyCount> counts)
    {
        TallyCount[] sorted = [.. counts.OrderBy(count => count.Minute).ThenBy(count => count.Source, StringComparer.Ordinal)];
#pragma warning disable CA5394 // spreads writers over rows, no secret
        var shard = Random.Shared.Next(Shards);
#pragma warning restore CA5394
        return new NpgsqlBatchCommand(
            """
            INSERT INTO tallies (minute, source, shard, provider, accepted, duplicates, conflicts, rejected, refused, recovered)
            SELECT minute, source, $10, provider, accepted, duplicates, conflicts, rejected, refused, recovered
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS t(minute, source, provider, accepted, duplicates, conflicts, rejected, refused, recovered)
            ON CONFLICT (minute, source, shard) DO UPDATE SET
                accepted = tallies.accepted + excluded.accepted, duplicates = tallies.duplicates + excluded.duplicates,
                conflicts = tallies.conflicts + excluded.conflicts, rejected = tallies.rejected + excluded.rejected, refused = tallies.refused + excluded.refused,
                recovered = tallies.recovered + excluded.recovered
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. sorted.Select(count => count.Minute)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. sorted.Select(count => count.Source)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<string[]> { TypedValue = [.. sorted.Select(count => count.Provider)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                Numbers(sorted, count => count.Accepted),
                Numbers(sorted, count => count.Duplicates),
                Numbers(sorted, count => count.Conflicts),
                Numbers(sorted, count => count.Rejected),
                Numbers(sorted, count => count.Refused),
                Numbers(sorted, count => count.Recovered),
                new NpgsqlParameter<int> { TypedValue = shard },
            },
        };
    }

    /// <summary>Deletes totals of minutes before <paramref name="horizon"/>; the primary key begins with the minute, so this is cheap when there are none.</summary>
    public static NpgsqlBatchCommand Forget(DateTimeOffset horizon) => new("DELETE FROM tallies WHERE minute < $1")
    {
        Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = horizon } },
    };

    private static NpgsqlParameter<long[]> Numbers(TallyCount[] counts, Func<TallyCount, long> select) => new() { TypedValue = [.. counts.Select(select)] };
}
