using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Projections;

namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>Writes what the gateway and the consumers tell about the books, one statement per table, rows in the order of their keys. Later looks and answers to later questions hold.</summary>
internal static class LedgerProjection
{
    private const string Closed =
        """
        INSERT INTO ledger_minutes AS old (minute, source, provider, look, accepted, duplicates, conflicts, rejected, refused, booked, events, consumers, recovered)
        SELECT minute, source, provider, look, accepted, duplicates, conflicts, rejected, refused, booked, events, string_to_array(consumers, ','), recovered
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS told(minute, source, provider, look, accepted, duplicates, conflicts, rejected, refused, booked, events, consumers, recovered)
        ON CONFLICT (minute, source) DO UPDATE SET
            provider = excluded.provider, look = excluded.look, accepted = excluded.accepted, duplicates = excluded.duplicates, conflicts = excluded.conflicts,
            rejected = excluded.rejected, refused = excluded.refused, booked = excluded.booked, events = excluded.events, consumers = excluded.consumers,
            recovered = excluded.recovered
        WHERE old.look <= excluded.look
        """;

    private const string Answered =
        """
        INSERT INTO ledger_answers AS old (minute, source, service, look, answered) SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (minute, source, service, look) DO UPDATE SET answered = old.answered + excluded.answered
        """;

    // Pauses grow threefold, up to an hour.
    private const string Gaps =
        """
        INSERT INTO ledger_gaps AS old (page_id, service, minute, source, contract, asked_at, entries, lacks, answers, first_seen_at, due_at)
        SELECT page_id, service, minute, source, contract, asked_at, entries, string_to_array(lacks, ','), 1, $9, $9 + interval '10 seconds'
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS told(page_id, service, minute, source, contract, asked_at, entries, lacks)
        ON CONFLICT (page_id, service) DO UPDATE SET
            asked_at = excluded.asked_at, entries = excluded.entries, lacks = excluded.lacks, answers = old.answers + 1,
            due_at = $9 + least(interval '1 hour', interval '10 seconds' * power(3, least(old.answers, 10)))
        WHERE old.asked_at <= excluded.asked_at
        """;

    private const string Filled =
        """
        DELETE FROM ledger_gaps AS old USING unnest($1, $2, $3) AS told(page_id, service, asked_at)
        WHERE old.page_id = told.page_id AND old.service = told.service AND old.asked_at <= told.asked_at
        """;

    /// <summary>Writes those of <paramref name="messages"/> that are about the ledger.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IEnumerable<object> messages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        var told = messages.ToLookup(message => message.GetType());
        AddClosed(batch, [.. told[typeof(LedgerClosed)].Cast<LedgerClosed>()]);
        AddAnswers(batch, [.. told[typeof(LedgerAnswered)].Cast<LedgerAnswered>()], Instant.Of(now));
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static void AddClosed(NpgsqlBatch batch, LedgerClosed[] told)
    {
        LedgerClosed[] rows = [.. told.GroupBy(row => (row.Minute, row.Source)).Select(same => same.MaxBy(row => row.Look)!).OrderBy(row => row.Minute).ThenBy(row => row.Source, StringComparer.Ordinal)];
        Add(batch, Closed, rows,
            Column(rows, row => row.Minute), Texts(rows, row => row.Source), Texts(rows, row => row.Provider), Column(rows, row => row.Look),
            Column(rows, row => row.Accepted), Column(rows, row => row.Duplicates), Column(rows, row => row.Conflicts), Column(rows, row => row.Rejected), Column(rows, row => row.Refused),
            Column(rows, row => row.Booked), Column(rows, row => row.Events), Texts(rows, row => string.Join(',', row.Consumers)), Column(rows, row => row.Recovered));
    }

    private static void AddAnswers(NpgsqlBatch batch, LedgerAnswered[] told, DateTimeOffset now)
    {
        LedgerAnswerRow[] counts =
        [
            .. told.Where(answer => answer.Look > 0)
                .GroupBy(answer => (answer.Minute, answer.Source, answer.Service, answer.Look))
                .Select(same => new LedgerAnswerRow { Minute = same.Key.Minute, Source = same.Key.Source, Service = same.Key.Service, Look = same.Key.Look, Answered = same.Sum(answer => (long)answer.Asked) })
                .OrderBy(row => row.Minute).ThenBy(row => row.Source, StringComparer.Ordinal).ThenBy(row => row.Service, StringComparer.Ordinal).ThenBy(row => row.Look),
        ];
        Add(batch, Answered, counts,
            Column(counts, row => row.Minute), Texts(counts, row => row.Source), Texts(counts, row => row.Service), Column(counts, row => row.Look), Column(counts, row => row.Answered));

        var newest = told.GroupBy(answer => (answer.PageId, answer.Service)).Select(same => same.MaxBy(answer => answer.AskedAt)!)
            .OrderBy(answer => answer.PageId).ThenBy(answer => answer.Service, StringComparer.Ordinal)
            .ToLookup(answer => answer.Gaps.Count > 0);
        LedgerAnswered[] gaps = [.. newest[true]];
        Add(batch, Gaps, gaps,
            Column(gaps, row => row.PageId), Texts(gaps, row => row.Service), Column(gaps, row => row.Minute), Texts(gaps, row => row.Source), Texts(gaps, row => row.Contract), Column(gaps, row => row.AskedAt),
            Column(gaps, row => LedgerEntry.Pack([.. row.Gaps.Select(gap => new LedgerEntry(gap.EventId, gap.DeliveryId))])), Texts(gaps, row => string.Join(',', row.Gaps.Select(gap => gap.Lacks))),
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        LedgerAnswered[] filled = [.. newest[false]];
        Add(batch, Filled, filled, Column(filled, row => row.PageId), Texts(filled, row => row.Service), Column(filled, row => row.AskedAt));
    }

    private static void Add<TRow>(NpgsqlBatch batch, string sql, TRow[] rows, params ReadOnlySpan<NpgsqlParameter> columns)
    {
        if (rows.Length == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
        {
            command.Parameters.Add(column);
        }

        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<TValue[]> Column<TRow, TValue>(TRow[] rows, Func<TRow, TValue> value) => new() { TypedValue = Array.ConvertAll(rows, row => value(row)) };

    private static NpgsqlParameter<string[]> Texts<TRow>(TRow[] rows, Func<TRow, string> value) =>
        new() { TypedValue = Array.ConvertAll(rows, row => SafeText.Clip(value(row), int.MaxValue)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
