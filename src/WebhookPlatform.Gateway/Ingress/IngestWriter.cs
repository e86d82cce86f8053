using System.Runtime.InteropServices;
using Npgsql;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.Gateway.Tallies;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Commits a batch of webhooks in one transaction: claims, deliveries, outbox rows, journal and counts, all or nothing. Plain SQL over arrays, and COPY where there are many, since this is what every request waits for; blocking, since it has a thread of its own.</summary>
public sealed class IngestWriter([FromKeyedServices(IngestWriter.Connections)] NpgsqlDataSource database, ExpiredClaims expired, TallyBoard tallies, OutboxSignal outbox, TimeProvider clock)
{
    /// <summary>Key of the connections that wait for the database no longer than <see cref="Patience"/>.</summary>
    public const string Connections = "ingest";

    /// <summary>A database that hangs must not hold the writer for long: what waits behind it is refused meanwhile.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int Tries = 3;

    /// <summary>Repeating it is harmless: a claim that names the delivery itself shows that an earlier try had been committed although its answer was lost.</summary>
    public IReadOnlyList<IngestResult> Commit(IReadOnlyList<PendingDelivery> batch, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return TryCommit(batch);
            }
            catch (Exception failure) when (attempt < Tries - 1 && clock.GetElapsedTime(started) < Patience && (Outage.Is(failure) || IsOnItsWayToAnotherPartition(failure)))
            {
                // A connection that died in the pool, a deadlock, a server that has just come back.
                cancellationToken.WaitHandle.WaitOne(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100)));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    // A row on its way to the default partition while the partition of its day is attached (see DeliveryPartitions): PostgreSQL finds it in the wrong place.
    private static bool IsOnItsWayToAnotherPartition(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.CheckViolation, TableName: "deliveries_default" };

    private IngestResult[] TryCommit(IReadOnlyList<PendingDelivery> batch)
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        var results = new IngestResult[batch.Count];
        var late = ClaimSql.ClaimResources(connection, batch, expired);
        var claimed = ClaimSql.Claim(connection, late.Count == 0 ? batch : [.. batch.Where(delivery => !late.ContainsKey(delivery.Id))]);
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

        var conflicts = repeats.Count > 0 ? Recognize(connection, batch, repeats, late, results, accepted) : [];

        // What an earlier try had committed is neither a repeat nor to be counted again; and of what was to be recovered and is there, nobody has sent anything.
        repeats.RemoveAll(at => results[at].Outcome is IngestOutcome.Accepted || batch[at].Recovery is not null);
        if (accepted.Count == 0 && repeats.Count == 0)
        {
            return results;
        }

        (PendingDelivery, Guid?)[] rows = [.. accepted.Select(delivery => (delivery, (Guid?)null)), .. conflicts];
        var counts = Count(accepted, repeats.ConvertAll(at => (batch[at], results[at].Outcome)));
        using var write = new NpgsqlBatch(connection);
        if (!DeliveryInsert.Suits(rows))
        {
            DeliveryCopy.Insert(connection, rows);
        }
        else if (rows.Length > 0)
        {
            write.BatchCommands.Add(DeliveryInsert.Command(rows));
        }

        if (accepted.Count > 0)
        {
            write.BatchCommands.Add(OutboxSql.Insert([.. accepted.SelectMany(delivery => delivery.Messages)]));
            write.BatchCommands.Add(JournalSql.Insert(accepted));
        }

        if (repeats.Count > 0)
        {
            write.BatchCommands.Add(ClaimSql.CountRepeats(repeats.Select(at => (batch[at], late.ContainsKey(batch[at].Id) ? batch[at].ResourceKey! : batch[at].EventKey))));
        }

        write.BatchCommands.Add(TallySql.Add(counts));

        // Along with the rest: a round trip less for everybody who waits.
        write.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        write.ExecuteNonQuery();
        outbox.Raise();
        foreach (var count in counts)
        {
            tallies.Changed(count.Source, count.Minute);
        }

        return results;
    }

    /// <summary>Tells duplicates from conflicts and gives the conflicts that are to be stored; what takes over a claim past its horizon is accepted.</summary>
    private List<(PendingDelivery Delivery, Guid? ConflictOf)> Recognize(
        NpgsqlConnection connection, IReadOnlyList<PendingDelivery> batch, List<int> repeats, IReadOnlyDictionary<Guid, Guid> late, IngestResult[] results, List<PendingDelivery> accepted)
    {
        PendingDelivery[] known = [.. repeats.Select(at => batch[at]).Where(delivery => !late.ContainsKey(delivery.Id))];
        var firsts = ClaimSql.FindFirsts(connection, known);
        accepted.AddRange(expired.TakeOver(connection, known, firsts));
        var conflicts = new List<(PendingDelivery Delivery, Guid? ConflictOf)>();
        foreach (var at in repeats)
        {
            var delivery = batch[at];
            if (late.TryGetValue(delivery.Id, out var recovered))
            {
                results[at] = new IngestResult(recovered, IngestOutcome.Duplicate);
                continue;
            }

            var first = firsts[(delivery.Source, delivery.EventKey)];
            if (first.DeliveryId == delivery.Id)
            {
                results[at] = new IngestResult(delivery.Id, IngestOutcome.Accepted);
            }
            else if (first.IsRecovered || delivery.Recovery is not null || delivery.BodyHash.AsSpan().SequenceEqual(first.BodyHash))
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
        var counts = new Dictionary<(string Source, string Provider, DateTimeOffset Minute), (int Accepted, int Duplicates, int Conflicts, int Recovered)>();
        foreach (var delivery in accepted)
        {
            ref var count = ref CountOf(delivery);
            count.Accepted++;
            count.Recovered += delivery.Recovery is null ? 0 : 1;
        }

        foreach (var (delivery, outcome) in repeats)
        {
            ref var count = ref CountOf(delivery);
            count.Duplicates += outcome is IngestOutcome.Duplicate ? 1 : 0;
            count.Conflicts += outcome is IngestOutcome.Conflict ? 1 : 0;
        }

        return [.. counts.Select(count => new TallyCount(
            count.Key.Source, count.Key.Provider, count.Key.Minute, count.Value.Accepted, count.Value.Duplicates, count.Value.Conflicts, Rejected: 0, Refused: 0, count.Value.Recovered))];

        ref (int Accepted, int Duplicates, int Conflicts, int Recovered) CountOf(PendingDelivery delivery) =>
            ref CollectionsMarshal.GetValueRefOrAddDefault(counts, (delivery.Source, delivery.Provider, TallyCount.MinuteOf(delivery.ReceivedAt)), out _);
    }
}
