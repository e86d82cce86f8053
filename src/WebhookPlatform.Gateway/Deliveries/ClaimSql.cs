using System.Collections.ObjectModel;
using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>The duplicate memory inside the transaction that accepts webhooks. Keys are always in the same order, so that writers with the same ones wait for each other instead of deadlocking.</summary>
internal static class ClaimSql
{
    private const NpgsqlDbType TextArray = NpgsqlDbType.Array | NpgsqlDbType.Text;
    private const NpgsqlDbType ByteaArray = NpgsqlDbType.Array | NpgsqlDbType.Bytea;

    /// <summary>Claims the event ids of a batch.</summary>
    /// <returns>The ids of the deliveries that were first.</returns>
    public static HashSet<Guid> Claim(NpgsqlConnection connection, IReadOnlyList<PendingDelivery> batch)
    {
        PendingDelivery[] sorted = [.. batch];
        Array.Sort(sorted, (a, b) => Compare((a.Source, a.EventKey), (b.Source, b.EventKey)));
        using var command = new NpgsqlCommand(
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
                Texts(sorted, delivery => delivery.Source),
                Texts(sorted, delivery => delivery.EventKey),
                Ids(sorted),
                new NpgsqlParameter<byte[][]> { TypedValue = Array.ConvertAll(sorted, HashOf), NpgsqlDbType = ByteaArray },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Array.ConvertAll(sorted, delivery => delivery.ReceivedAt) },
            },
        };
        var claimed = new HashSet<Guid>(batch.Count);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            claimed.Add(rows.GetGuid(0));
        }

        return claimed;
    }

    /// <summary>
    /// Takes note of the other names of those webhooks that have one (see <see cref="Providers.Webhook.ResourceKey"/>), so that they are known should they be recovered, and finds those that have been.
    /// A recovery claims such a name as its event id: whichever of the two comes second waits for the first one's transaction and then sees it.
    /// </summary>
    /// <returns>By the ids of webhooks that came too late, the deliveries that were recovered in their stead.</returns>
    public static IReadOnlyDictionary<Guid, Guid> ClaimResources(NpgsqlConnection connection, IReadOnlyList<PendingDelivery> batch, ExpiredClaims expired)
    {
        PendingDelivery[] named = [.. batch.Where(delivery => delivery.ResourceKey is not null)];
        if (named.Length == 0)
        {
            return ReadOnlyDictionary<Guid, Guid>.Empty;
        }

        Array.Sort(named, (a, b) => Compare((a.Source, a.ResourceKey!), (b.Source, b.ResourceKey!)));
        using (var claim = new NpgsqlCommand("INSERT INTO claims (source, event_key, delivery_id, body_hash, last_seen_at) SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT (source, event_key) DO NOTHING", connection)
        {
            Parameters =
            {
                Texts(named, delivery => delivery.Source),
                Texts(named, delivery => delivery.ResourceKey!),
                Ids(named),
                new NpgsqlParameter<byte[][]> { TypedValue = Array.ConvertAll(named, delivery => delivery.BodyHash), NpgsqlDbType = ByteaArray },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Array.ConvertAll(named, delivery => delivery.ReceivedAt) },
            },
        })
        {
            claim.ExecuteNonQuery();
        }

        var late = FindRecovered(connection, named);
        if (expired.TakeOver(connection, named.Where(delivery => late.TryGetValue(delivery.Id, out var recovered) && expired.Is(delivery, recovered.LastSeenAt)), delivery => delivery.ResourceKey!) is not null)
        {
            late = FindRecovered(connection, named);
        }

        return late.ToDictionary(one => one.Key, one => one.Value.DeliveryId);
    }

    private static Dictionary<Guid, (Guid DeliveryId, DateTimeOffset LastSeenAt)> FindRecovered(NpgsqlConnection connection, PendingDelivery[] named)
    {
        using var find = new NpgsqlCommand("SELECT late.id, c.delivery_id, c.last_seen_at FROM claims c JOIN unnest($1, $2, $3) AS late(source, event_key, id) USING (source, event_key) WHERE c.body_hash = ''", connection)
        {
            Parameters = { Texts(named, delivery => delivery.Source), Texts(named, delivery => delivery.ResourceKey!), Ids(named) },
        };
        var recovered = new Dictionary<Guid, (Guid DeliveryId, DateTimeOffset LastSeenAt)>();
        using var rows = find.ExecuteReader();
        while (rows.Read())
        {
            recovered[rows.GetGuid(0)] = (rows.GetGuid(1), rows.GetFieldValue<DateTimeOffset>(2));
        }

        return recovered;
    }

    /// <summary>Which of these event ids of a source are claimed.</summary>
    public static async Task<HashSet<string>> FindKnownAsync(NpgsqlDataSource database, string source, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT event_key FROM claims WHERE source = $1 AND event_key = ANY ($2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys], NpgsqlDbType = TextArray });
        var known = new HashSet<string>(StringComparer.Ordinal);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            known.Add(rows.GetString(0));
        }

        return known;
    }

    /// <summary>The first deliveries that repeats repeat.</summary>
    public static Dictionary<(string Source, string EventKey), FirstDelivery> FindFirsts(NpgsqlConnection connection, PendingDelivery[] repeats)
    {
        // A conflict came after the first, so earlier partitions need not be looked into.
        using var command = new NpgsqlCommand(
            """
            SELECT c.source, c.event_key, c.delivery_id, c.body_hash, c.last_seen_at,
                   ARRAY(SELECT d.body_hash FROM deliveries d WHERE d.conflict_of = c.delivery_id AND d.id > c.delivery_id)
            FROM claims c JOIN (SELECT DISTINCT * FROM unnest($1, $2) AS k(source, event_key)) k USING (source, event_key)
            """,
            connection)
        {
            Parameters = { Texts(repeats, delivery => delivery.Source), Texts(repeats, delivery => delivery.EventKey) },
        };
        var firsts = new Dictionary<(string Source, string EventKey), FirstDelivery>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var known = rows.GetFieldValue<byte[][]>(5);
            firsts[(rows.GetString(0), rows.GetString(1))] = new FirstDelivery(
                rows.GetGuid(2), rows.GetFieldValue<byte[]>(3), rows.GetFieldValue<DateTimeOffset>(4), [.. known.Select(Convert.ToHexString)]);
        }

        return firsts;
    }

    /// <summary>Counts repeats, conflicts included, at their claims.</summary>
    /// <param name="repeats">Each with the event id that was claimed before.</param>
    public static NpgsqlBatchCommand CountRepeats(IEnumerable<(PendingDelivery Delivery, string Key)> repeats)
    {
        var counted = repeats.GroupBy(repeat => (repeat.Delivery.Source, EventKey: repeat.Key))
            .Select(group => (group.Key, Count: group.Count(), Last: group.Max(repeat => repeat.Delivery.ReceivedAt)))
            .ToArray();
        Array.Sort(counted, (a, b) => Compare(a.Key, b.Key));
        return new NpgsqlBatchCommand(
            """
            UPDATE claims c SET duplicates = c.duplicates + r.count, last_seen_at = greatest(c.last_seen_at, r.last)
            FROM unnest($1, $2, $3, $4) AS r(source, event_key, count, last) WHERE c.source = r.source AND c.event_key = r.event_key
            """)
        {
            Parameters =
            {
                Texts(counted, row => row.Key.Source),
                Texts(counted, row => row.Key.EventKey),
                new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(counted, row => row.Count) },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Array.ConvertAll(counted, row => row.Last) },
            },
        };
    }

    /// <summary>What a claim tells redeliveries from other bodies by, see <see cref="Deliveries.Claim.BodyHash"/>.</summary>
    internal static byte[] HashOf(PendingDelivery delivery) => delivery.Recovery is null ? delivery.BodyHash : [];

    /// <summary>The order in which keys are claimed.</summary>
    internal static int Compare((string Source, string EventKey) a, (string Source, string EventKey) b) =>
        string.CompareOrdinal(a.Source, b.Source) is not 0 and var order ? order : string.CompareOrdinal(a.EventKey, b.EventKey);

    private static NpgsqlParameter<Guid[]> Ids(PendingDelivery[] rows) => new() { TypedValue = Array.ConvertAll(rows, delivery => delivery.Id) };

    private static NpgsqlParameter<string[]> Texts<T>(T[] rows, Converter<T, string> select) => new() { TypedValue = Array.ConvertAll(rows, select), NpgsqlDbType = TextArray };
}

/// <summary>The delivery that was first with an event id.</summary>
/// <param name="LastSeenAt">When its event id came last.</param>
/// <param name="Conflicts">Body hashes, in hexadecimal, of what came later under the same id with another body.</param>
internal sealed record FirstDelivery(Guid DeliveryId, byte[] BodyHash, DateTimeOffset LastSeenAt, HashSet<string> Conflicts)
{
    /// <summary>Whether it was recovered, so that its bytes are not those of its webhook.</summary>
    public bool IsRecovered => BodyHash.Length == 0;
}
