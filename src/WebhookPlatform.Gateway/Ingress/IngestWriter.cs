using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.Gateway.Tallies;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Commits a batch of webhooks in one transaction: claims, deliveries, outbox rows, journal and counts, all or nothing. Plain SQL over arrays, since this is what every request waits for.</summary>
public sealed class IngestWriter(NpgsqlDataSource database, TallyBoard tallies, OutboxSignal outbox, TimeProvider clock)
{
    private const int Tries = 3;

    // A database that hangs must not hold the writers for long: what waits behind them is refused meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly NpgsqlDbType TextArray = NpgsqlDbType.Array | NpgsqlDbType.Text;
    private static readonly NpgsqlDbType ByteaArray = NpgsqlDbType.Array | NpgsqlDbType.Bytea;

    /// <summary>Repeating it is harmless: a claim that names the delivery itself shows that an earlier try had been committed although its answer was lost.</summary>
    public async Task<IReadOnlyList<IngestResult>> CommitAsync(IReadOnlyList<PendingDelivery> batch, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(Patience);
                return await TryCommitAsync(batch, limit.Token);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The database did not commit in time.", late);
            }
            catch (Exception failure) when (attempt < Tries - 1 && (Outage.Is(failure) || IsOnItsWayToAnotherPartition(failure)))
            {
                // A connection that died in the pool, a deadlock, a server that has just come back.
                await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100)), clock, cancellationToken);
            }
        }
    }

    // A row on its way to the default partition while the partition of its day is attached (see DeliveryPartitions): PostgreSQL finds it in the wrong place.
    private static bool IsOnItsWayToAnotherPartition(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.CheckViolation, TableName: "deliveries_default" };

    private async Task<IReadOnlyList<IngestResult>> TryCommitAsync(IReadOnlyList<PendingDelivery> batch, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var results = new IngestResult[batch.Count];
        var claimed = await ClaimAsync(connection, batch, cancellationToken);
        var repeats = new List<int>();
        for (var at = 0; at < batch.Count; at++)
        {
            if (claimed.Contains(batch[at].Delivery.Id))
            {
                results[at] = new IngestResult(batch[at].Delivery.Id, IngestOutcome.Accepted);
            }
            else
            {
                repeats.Add(at);
            }
        }

        var conflicts = repeats.Count > 0 ? await RecognizeAsync(connection, batch, repeats, results, cancellationToken) : [];
        await using var write = new NpgsqlBatch(connection);
        var accepted = batch.Where(pending => claimed.Contains(pending.Delivery.Id)).ToList();
        if (accepted.Count > 0)
        {
            write.BatchCommands.Add(InsertDeliveries([.. accepted.Select(pending => (pending, (Guid?)null))]));
            write.BatchCommands.Add(OutboxSql.Insert([.. accepted.SelectMany(pending => pending.Messages)]));
            write.BatchCommands.Add(JournalSql.Insert(accepted));
        }

        // What an earlier try had committed is neither a repeat nor to be counted again.
        repeats.RemoveAll(at => results[at].Outcome is IngestOutcome.Accepted);
        if (repeats.Count > 0)
        {
            write.BatchCommands.Add(CountRepeats(repeats.Select(at => batch[at].Delivery)));
        }

        if (conflicts.Count > 0)
        {
            write.BatchCommands.Add(InsertDeliveries(conflicts));
        }

        var counts = Count([.. batch.Where(pending => claimed.Contains(pending.Delivery.Id)).Select(pending => (pending.Delivery, IngestOutcome.Accepted)), .. repeats.Select(at => (batch[at].Delivery, results[at].Outcome))]);
        if (counts.Count == 0)
        {
            return results;
        }

        write.BatchCommands.Add(TallySql.Add(counts));
        await write.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        outbox.Raise();
        counts.ForEach(count => tallies.Changed(count.Source, count.Minute));
        return results;
    }

    private static async Task<HashSet<Guid>> ClaimAsync(NpgsqlConnection connection, IReadOnlyList<PendingDelivery> batch, CancellationToken cancellationToken)
    {
        // Sorted, so that writers with the same keys wait for each other instead of deadlocking.
        Delivery[] sorted = [.. batch.Select(pending => pending.Delivery).OrderBy(delivery => delivery.Source, StringComparer.Ordinal).ThenBy(delivery => delivery.EventKey, StringComparer.Ordinal)];
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO claims (source, event_key, delivery_id, body_hash, last_seen_at)
            SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (source, event_key) DO NOTHING
            RETURNING delivery_id
            """,
            connection)
        {
            Parameters =
            {
                Texts(sorted.Select(delivery => delivery.Source)),
                Texts(sorted.Select(delivery => delivery.EventKey)),
                new NpgsqlParameter<Guid[]> { TypedValue = [.. sorted.Select(delivery => delivery.Id)] },
                new NpgsqlParameter<byte[][]> { TypedValue = [.. sorted.Select(delivery => delivery.BodyHash)], NpgsqlDbType = ByteaArray },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. sorted.Select(delivery => delivery.ReceivedAt)] },
            },
        };
        var claimed = new HashSet<Guid>(batch.Count);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            claimed.Add(rows.GetGuid(0));
        }

        return claimed;
    }

    /// <summary>Tells duplicates from conflicts and gives the conflicts that are to be stored.</summary>
    private static async Task<List<(PendingDelivery Pending, Guid? ConflictOf)>> RecognizeAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingDelivery> batch, List<int> repeats, IngestResult[] results, CancellationToken cancellationToken)
    {
        var firsts = await FirstsAsync(connection, [.. repeats.Select(at => batch[at].Delivery)], cancellationToken);
        var conflicts = new List<(PendingDelivery Pending, Guid? ConflictOf)>();
        foreach (var at in repeats)
        {
            var delivery = batch[at].Delivery;
            var first = firsts[(delivery.Source, delivery.EventKey)];
            if (first.DeliveryId == delivery.Id)
            {
                results[at] = new IngestResult(delivery.Id, IngestOutcome.Accepted);
            }
            else if (delivery.BodyHash.AsSpan().SequenceEqual(first.BodyHash))
            {
                results[at] = new IngestResult(first.DeliveryId, IngestOutcome.Duplicate);
            }
            else
            {
                results[at] = new IngestResult(first.DeliveryId, IngestOutcome.Conflict);
                if (first.Conflicts.Add(Convert.ToHexString(delivery.BodyHash)))
                {
                    conflicts.Add((batch[at], first.DeliveryId));
                }
            }
        }

        return conflicts;
    }

    // A conflict came after the first, so earlier partitions need not be looked into.
    private static async Task<Dictionary<(string Source, string EventKey), First>> FirstsAsync(NpgsqlConnection connection, Delivery[] repeats, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT c.source, c.event_key, c.delivery_id, c.body_hash,
                   ARRAY(SELECT d.body_hash FROM deliveries d WHERE d.conflict_of = c.delivery_id AND d.id > c.delivery_id)
            FROM claims c JOIN (SELECT DISTINCT * FROM unnest($1, $2) AS k(source, event_key)) k USING (source, event_key)
            """,
            connection)
        {
            Parameters = { Texts(repeats.Select(delivery => delivery.Source)), Texts(repeats.Select(delivery => delivery.EventKey)) },
        };
        var firsts = new Dictionary<(string Source, string EventKey), First>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var known = await rows.GetFieldValueAsync<byte[][]>(4, cancellationToken);
            firsts[(rows.GetString(0), rows.GetString(1))] = new First(
                rows.GetGuid(2), await rows.GetFieldValueAsync<byte[]>(3, cancellationToken), [.. known.Select(Convert.ToHexString)]);
        }

        return firsts;
    }

    private static NpgsqlBatchCommand CountRepeats(IEnumerable<Delivery> repeats)
    {
        var counted = repeats.GroupBy(delivery => (delivery.Source, delivery.EventKey))
            .Select(group => (group.Key, Count: group.Count(), Last: group.Max(delivery => delivery.ReceivedAt)))
            .OrderBy(row => row.Key.Source, StringComparer.Ordinal).ThenBy(row => row.Key.EventKey, StringComparer.Ordinal)
            .ToArray();
        return new NpgsqlBatchCommand(
            """
            UPDATE claims c SET duplicates = c.duplicates + r.count, last_seen_at = greatest(c.last_seen_at, r.last)
            FROM unnest($1, $2, $3, $4) AS r(source, event_key, count, last) WHERE c.source = r.source AND c.event_key = r.event_key
            """)
        {
            Parameters =
            {
                Texts(counted.Select(row => row.Key.Source)),
                Texts(counted.Select(row => row.Key.EventKey)),
                new NpgsqlParameter<int[]> { TypedValue = [.. counted.Select(row => row.Count)] },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. counted.Select(row => row.Last)] },
            },
        };
    }

    private static NpgsqlBatchCommand InsertDeliveries(IReadOnlyList<(PendingDelivery Pending, Guid? ConflictOf)> rows) => new(
        """
        INSERT INTO deliveries (id, source, provider, event_key, event_type, status, conflict_of, received_at, events, content_type, headers, body, body_hash)
        SELECT id, source, provider, event_key, event_type, CASE WHEN conflict_of IS NULL THEN 'Accepted' ELSE 'Conflict' END, conflict_of, received_at,
               string_to_array(events, ','), content_type, headers::jsonb, body, body_hash
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             AS d(id, source, provider, event_key, event_type, conflict_of, received_at, events, content_type, headers, body, body_hash)
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]> { TypedValue = [.. rows.Select(row => row.Pending.Delivery.Id)] },
            Texts(rows.Select(row => row.Pending.Delivery.Source)),
            Texts(rows.Select(row => row.Pending.Delivery.Provider)),
            Texts(rows.Select(row => row.Pending.Delivery.EventKey)),
            Texts(rows.Select(row => row.Pending.Delivery.EventType)),
            new NpgsqlParameter<Guid?[]> { TypedValue = [.. rows.Select(row => row.ConflictOf)] },
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. rows.Select(row => row.Pending.Delivery.ReceivedAt)] },
            Texts(rows.Select(row => string.Join(',', row.Pending.Delivery.Events))),
            Texts(rows.Select(row => row.Pending.Delivery.ContentType)),
            Texts(rows.Select(row => row.Pending.HeadersJson)),
            new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Pending.Delivery.Body)], NpgsqlDbType = ByteaArray },
            new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Pending.Delivery.BodyHash)], NpgsqlDbType = ByteaArray },
        },
    };

    private static List<TallyCount> Count(IEnumerable<(Delivery Delivery, IngestOutcome Outcome)> rows) =>
        [.. rows.Select(row => (row.Delivery.Source, row.Delivery.Provider, Minute: TallyCount.MinuteOf(row.Delivery.ReceivedAt), row.Outcome))
            .GroupBy(row => (row.Source, row.Provider, row.Minute), row => row.Outcome)
            .Select(group => new TallyCount(
                group.Key.Source,
                group.Key.Provider,
                group.Key.Minute,
                Accepted: group.Count(outcome => outcome is IngestOutcome.Accepted),
                Duplicates: group.Count(outcome => outcome is IngestOutcome.Duplicate),
                Conflicts: group.Count(outcome => outcome is IngestOutcome.Conflict),
                Rejected: 0,
                Refused: 0))];

    private static NpgsqlParameter<string?[]> Texts(IEnumerable<string?> values) => new() { TypedValue = [.. values], NpgsqlDbType = TextArray };

    private sealed record First(Guid DeliveryId, byte[] BodyHash, HashSet<string> Conflicts);
}
