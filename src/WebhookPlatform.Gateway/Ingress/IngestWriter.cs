using System.Runtime.InteropServices;
using Npgsql;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.Gateway.Tallies;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Commits a batch of webhooks in one transaction: claims, deliveries, outbox rows, journal and counts, all or nothing. Plain SQL over arrays and COPY, since this is what every request waits for.</summary>
public sealed class IngestWriter(NpgsqlDataSource database, TallyBoard tallies, OutboxSignal outbox, TimeProvider clock)
{
    private const int Tries = 3;

    // A database that hangs must not hold the writers for long: what waits behind them is refused meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

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
        var claimed = await ClaimSql.ClaimAsync(connection, batch, cancellationToken);
        var accepted = new List<PendingDelivery>(batch.Count);
        var repeats = new List<int>();
        for (var at = 0; at < batch.Count; at++)
        {
            if (claimed.Contains(batch[at].Id))
            {
                results[at] = new IngestResult(batch[at].Id, IngestOutcome.Accepted);
                accepted.Add(batch[at]);
            }
            else
            {
                repeats.Add(at);
            }
        }

        var conflicts = repeats.Count > 0 ? await RecognizeAsync(connection, batch, repeats, results, cancellationToken) : [];

        // What an earlier try had committed is neither a repeat nor to be counted again.
        repeats.RemoveAll(at => results[at].Outcome is IngestOutcome.Accepted);
        if (accepted.Count == 0 && repeats.Count == 0)
        {
            return results;
        }

        if (accepted.Count + conflicts.Count > 0)
        {
            await DeliveryCopy.InsertAsync(connection, [.. accepted.Select(delivery => (delivery, (Guid?)null)), .. conflicts], cancellationToken);
        }

        var counts = Count(accepted, repeats.ConvertAll(at => (batch[at], results[at].Outcome)));
        await using var write = new NpgsqlBatch(connection);
        if (accepted.Count > 0)
        {
            write.BatchCommands.Add(OutboxSql.Insert([.. accepted.SelectMany(delivery => delivery.Messages)]));
            write.BatchCommands.Add(JournalSql.Insert(accepted));
        }

        if (repeats.Count > 0)
        {
            write.BatchCommands.Add(ClaimSql.CountRepeats(repeats.Select(at => batch[at])));
        }

        write.BatchCommands.Add(TallySql.Add(counts));
        await write.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        outbox.Raise();
        foreach (var count in counts)
        {
            tallies.Changed(count.Source, count.Minute);
        }

        return results;
    }

    /// <summary>Tells duplicates from conflicts and gives the conflicts that are to be stored.</summary>
    private static async Task<List<(PendingDelivery Delivery, Guid? ConflictOf)>> RecognizeAsync(
        NpgsqlConnection connection, IReadOnlyList<PendingDelivery> batch, List<int> repeats, IngestResult[] results, CancellationToken cancellationToken)
    {
        var firsts = await ClaimSql.FindFirstsAsync(connection, [.. repeats.Select(at => batch[at])], cancellationToken);
        var conflicts = new List<(PendingDelivery Delivery, Guid? ConflictOf)>();
        foreach (var at in repeats)
        {
            var delivery = batch[at];
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
                    conflicts.Add((delivery, first.DeliveryId));
                }
            }
        }

        return conflicts;
    }

    private static List<TallyCount> Count(List<PendingDelivery> accepted, List<(PendingDelivery Delivery, IngestOutcome Outcome)> repeats)
    {
        var counts = new Dictionary<(string Source, string Provider, DateTimeOffset Minute), (int Accepted, int Duplicates, int Conflicts)>();
        foreach (var delivery in accepted)
        {
            CountOf(delivery).Accepted++;
        }

        foreach (var (delivery, outcome) in repeats)
        {
            ref var count = ref CountOf(delivery);
            count.Duplicates += outcome is IngestOutcome.Duplicate ? 1 : 0;
            count.Conflicts += outcome is IngestOutcome.Conflict ? 1 : 0;
        }

        return [.. counts.Select(count => new TallyCount(
            count.Key.Source, count.Key.Provider, count.Key.Minute, count.Value.Accepted, count.Value.Duplicates, count.Value.Conflicts, Rejected: 0, Refused: 0))];

        ref (int Accepted, int Duplicates, int Conflicts) CountOf(PendingDelivery delivery) =>
            ref CollectionsMarshal.GetValueRefOrAddDefault(counts, (delivery.Source, delivery.Provider, TallyCount.MinuteOf(delivery.ReceivedAt)), out _);
    }
}
