using Npgsql;
using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>Adds up the books.</summary>
public sealed class LedgerQueries(NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostLines = 200;

    private const string Sources =
        """
        SELECT source, max(provider), sum(accepted)::bigint, sum(duplicates)::bigint, sum(conflicts)::bigint, sum(rejected)::bigint, sum(refused)::bigint, sum(booked)::bigint, max(minute), sum(recovered)::bigint
        FROM ledger_minutes WHERE minute >= $1 GROUP BY source ORDER BY source
        """;

    // Each look answers for the whole minute again: the fullest counts.
    private const string Consumers =
        """
        SELECT consumer, due.source, sum(due.events)::bigint, sum(least(due.events, coalesce(answer.answered, 0)))::bigint
        FROM ledger_minutes AS due CROSS JOIN unnest(due.consumers) AS consumer
        LEFT JOIN (SELECT minute, source, service, max(answered) AS answered FROM ledger_answers WHERE minute >= $1 GROUP BY minute, source, service) AS answer
            ON answer.minute = due.minute AND answer.source = due.source AND answer.service = consumer
        WHERE due.minute >= $1 AND due.events > 0 GROUP BY consumer, due.source ORDER BY consumer, due.source
        """;

    private const string GapCounts =
        """
        SELECT service, source, count(*) FILTER (WHERE lack = 'dead'), count(*) FILTER (WHERE lack <> 'dead' AND (answers > 1 OR service = 'gateway')), count(*) FILTER (WHERE lack <> 'dead' AND answers = 1 AND service <> 'gateway')
        FROM ledger_gaps CROSS JOIN unnest(lacks) AS lack WHERE minute >= $1 GROUP BY service, source
        """;

    private const string GapRows =
        """
        SELECT service, source, minute, contract, entries, lacks, first_seen_at, answers > 1 OR service = 'gateway' FROM ledger_gaps WHERE minute >= $1 ORDER BY minute DESC, page_id, service LIMIT 200
        """;

    /// <summary>The books of the last <paramref name="period"/>, as far as they are audited.</summary>
    public async Task<LedgerReport> ReportAsync(TimeSpan period, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var from = now - period;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var gaps = (await ReadAsync(connection, GapCounts, from, row => (Key: (row.GetString(0), row.GetString(1)), Dead: row.GetInt64(2), Missing: row.GetInt64(3), Unconfirmed: row.GetInt64(4)), cancellationToken))
            .ToDictionary(gap => gap.Key);
        var sources = await ReadAsync(connection, Sources, from, row => (Balance: SourceOf(row, gaps.GetValueOrDefault((LedgerGapRow.Gateway, row.GetString(0))).Missing), Minute: row.GetFieldValue<DateTimeOffset>(8)), cancellationToken);
        var consumers = await ReadAsync(
            connection,
            Consumers,
            from,
            row =>
            {
                var gap = gaps.GetValueOrDefault((row.GetString(0), row.GetString(1)));
                return ConsumerBalance.Of(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), gap.Unconfirmed, gap.Dead, gap.Missing);
            },
            cancellationToken);
        var lines = await ReadAsync(connection, GapRows, from, LinesOf, cancellationToken);
        return new LedgerReport(
            now,
            from,
            sources.Count > 0 ? sources.Max(source => source.Minute).AddMinutes(1) : null,
            sources.TrueForAll(source => source.Balance.Balanced) && consumers.TrueForAll(consumer => consumer.Balanced),
            [.. sources.Select(source => source.Balance)],
            consumers,
            [.. lines.SelectMany(line => line).Take(MostLines)]);
    }

    private static SourceBalance SourceOf(NpgsqlDataReader row, long missing) => new(
        row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), missing, row.GetInt64(9));

    private static List<LedgerLine> LinesOf(NpgsqlDataReader row)
    {
        var confirmed = row.GetBoolean(7);
        var entries = LedgerEntry.Unpack(row.GetFieldValue<byte[]>(4));
        var lacks = row.GetFieldValue<string[]>(5);
        return
        [
            .. entries.Zip(lacks)
                .Where(gap => confirmed || gap.Second is LedgerGap.Dead)
                .Select(gap => new LedgerLine(
                    row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3), gap.First.EventId, gap.First.DeliveryId, gap.Second, row.GetFieldValue<DateTimeOffset>(6))),
        ];
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlConnection connection, string sql, DateTimeOffset from, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // one of the constants above
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = from } } };
#pragma warning restore CA2100
        var result = new List<T>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            result.Add(read(rows));
        }

        return result;
    }
}
