using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Gateway.Ledger;

/// <summary>What the audit reads and remembers, in short statements: none of them keeps a snapshot open for long, since the outbox lives on being vacuumed.</summary>
internal sealed class GatewayBooks(NpgsqlConnection connection)
{
    // Any number will do, as long as all replicas use the same.
    private const long LockKey = 5_210_667_143;

    /// <summary>One replica audits at a time. The lock ends with the connection.</summary>
    public async Task<bool> TryLockAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = LockKey } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task UnlockAsync()
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = LockKey } } };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Takes note of minutes that have ended. The ten minutes before the last one known are read again: a count of rejections may be written that late.</summary>
    public async Task DiscoverAsync(DateTimeOffset now, TimeSpan firstLook, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO audited_minutes (minute, looks, due_at)
            SELECT DISTINCT minute, 0, minute + interval '1 minute' + $2 FROM tallies, (SELECT min(minute) AS first, max(minute) AS last FROM audited_minutes) AS known
            WHERE minute > known.first AND minute >= known.last - interval '10 minutes' AND minute <= $1 - interval '1 minute'
            ON CONFLICT DO NOTHING
            """,
            connection)
        {
            Parameters = { Time(now), new NpgsqlParameter<TimeSpan> { TypedValue = firstLook } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The minute that is due longest; null for none.</summary>
    public async Task<(DateTimeOffset Minute, int Looks)?> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT minute, looks FROM audited_minutes WHERE due_at <= $1 ORDER BY due_at LIMIT 1", connection) { Parameters = { Time(now) } };
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken) ? (await rows.GetFieldValueAsync<DateTimeOffset>(0, cancellationToken), rows.GetInt32(1)) : null;
    }

    /// <summary>Up to <paramref name="count"/> rows of a minute's journal after the one with <paramref name="after"/>, in the order of writing.</summary>
    public async Task<List<JournalRow>> JournalAsync(DateTimeOffset minute, long after, int count, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT id, source, contract, entries FROM journal WHERE minute = $1 AND id > $2 ORDER BY id LIMIT $3", connection)
        {
            Parameters = { Time(minute), new NpgsqlParameter<long> { TypedValue = after }, new NpgsqlParameter<int> { TypedValue = count } },
        };
        var journal = new List<JournalRow>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            journal.Add(new JournalRow { Minute = minute, Id = rows.GetInt64(0), Source = rows.GetString(1), Contract = rows.GetString(2), Entries = await rows.GetFieldValueAsync<byte[]>(3, cancellationToken) });
        }

        return journal;
    }

    /// <summary>The running totals of a minute by source.</summary>
    public async Task<List<Tallies.TallyCount>> TalliesAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT source, max(provider), sum(accepted)::bigint, sum(duplicates)::bigint, sum(conflicts)::bigint, sum(rejected)::bigint, sum(refused)::bigint, sum(recovered)::bigint
            FROM tallies WHERE minute = $1 GROUP BY source
            """,
            connection)
        {
            Parameters = { Time(minute) },
        };
        var tallies = new List<Tallies.TallyCount>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            tallies.Add(new Tallies.TallyCount(rows.GetString(0), rows.GetString(1), minute, rows.GetInt64(2), rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5), rows.GetInt64(6), rows.GetInt64(7)));
        }

        return tallies;
    }

    /// <summary>Accepted webhooks whose delivery is not there, or whose duplicate claim is not.</summary>
    public async Task<List<LedgerGap>> FindLackingAsync(LedgerEntry[] webhooks, CancellationToken cancellationToken)
    {
        // The bounds say the same as the join; they let the planner leave out partitions of other times.
        var deliveries = Array.ConvertAll(webhooks, webhook => webhook.DeliveryId);
        await using var command = new NpgsqlCommand(
            """
            SELECT booked.event, booked.delivery, CASE WHEN deliveries.id IS NULL THEN 'delivery' ELSE 'claim' END
            FROM unnest($1, $2) AS booked(event, delivery)
            LEFT JOIN deliveries ON deliveries.id = booked.delivery AND deliveries.id BETWEEN $3 AND $4
            LEFT JOIN claims ON claims.source = deliveries.source AND claims.event_key = deliveries.event_key AND claims.delivery_id = deliveries.id
            WHERE claims.delivery_id IS NULL
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(webhooks, webhook => webhook.EventId) },
                new NpgsqlParameter<Guid[]> { TypedValue = deliveries },
                new NpgsqlParameter<Guid> { TypedValue = deliveries.Min() },
                new NpgsqlParameter<Guid> { TypedValue = deliveries.Max() },
            },
        };
        var gaps = new List<LedgerGap>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            gaps.Add(new LedgerGap(rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2)));
        }

        return gaps;
    }

    /// <summary>A look at a minute is done.</summary>
    /// <param name="due">The next; null after the last.</param>
    public async Task DoneAsync(DateTimeOffset minute, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("UPDATE audited_minutes SET looks = looks + 1, due_at = $2 WHERE minute = $1", connection)
        {
            Parameters = { Time(minute), new NpgsqlParameter<DateTimeOffset?> { TypedValue = due, NpgsqlDbType = NpgsqlDbType.TimestampTz } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Forgets minutes before <paramref name="horizon"/>, but never the last one: it says where the audit goes on.</summary>
    public async Task ForgetAsync(DateTimeOffset horizon, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("DELETE FROM journal WHERE minute < $1") { Parameters = { Time(horizon) } },
                new NpgsqlBatchCommand("DELETE FROM audited_minutes WHERE minute < $1 AND minute < (SELECT max(minute) FROM audited_minutes)") { Parameters = { Time(horizon) } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlParameter<DateTimeOffset> Time(DateTimeOffset time) => new() { TypedValue = time };
}
