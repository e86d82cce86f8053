using Npgsql;
using NpgsqlTypes;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>
/// Recognizes events that arrive after a newer one about the same subject had occurred. They count like any other, since read models go by the time of occurrence;
/// the feed and the timeline say so, because people who look at them go by the order of lines. Inside the caller's transaction.
/// </summary>
public static class Staleness
{
    /// <summary>Marks what is stale in a batch, and remembers the newest occurrence of its subjects.</summary>
    public static async Task MarkAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ProjectionBatch batch, CancellationToken cancellationToken)
    {
        var keys = batch.Subjects;
        if (keys.Count == 0)
        {
            return;
        }

        batch.MarkStale(await NewestAsync(connection, transaction, keys, cancellationToken));
    }

    // A payment's newest event is known from its row.
    private static async Task<Dictionary<SubjectKey, DateTimeOffset>> NewestAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<SubjectKey> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT key.at, GREATEST(
                (SELECT max(payment.latest_at) FROM payments payment WHERE payment.source = key.source AND payment.payment_id = key.subject),
                (SELECT subject.latest_at FROM subjects subject WHERE subject.source = key.source AND subject.subject = key.subject))
            FROM unnest($1, $2) WITH ORDINALITY AS key (source, subject, at)
            """,
            connection,
            transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Source)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Subject)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        var newest = new Dictionary<SubjectKey, DateTimeOffset>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            if (!await rows.IsDBNullAsync(1, cancellationToken))
            {
                newest[keys[(int)rows.GetInt64(0) - 1]] = await rows.GetFieldValueAsync<DateTimeOffset>(1, cancellationToken);
            }
        }

        return newest;
    }
}

/// <summary>What events are about, e.g. one payment or one pull request of a source.</summary>
public readonly record struct SubjectKey(string Source, string Subject);
