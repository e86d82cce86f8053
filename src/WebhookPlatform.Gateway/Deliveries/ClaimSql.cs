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
                new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(sorted, delivery => delivery.Id) },
                new NpgsqlParameter<byte[][]> { TypedValue = Array.ConvertAll(sorted, delivery => delivery.BodyHash), NpgsqlDbType = ByteaArray },
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

    /// <summary>The first deliveries that repeats repeat.</summary>
    public static Dictionary<(string Source, string EventKey), FirstDelivery> FindFirsts(NpgsqlConnection connection, PendingDelivery[] repeats)
    {
        // A conflict came after the first, so earlier partitions need not be looked into.
        using var command = new NpgsqlCommand(
            """
            SELECT c.source, c.event_key, c.delivery_id, c.body_hash,
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
            var known = rows.GetFieldValue<byte[][]>(4);
            firsts[(rows.GetString(0), rows.GetString(1))] = new FirstDelivery(
                rows.GetGuid(2), rows.GetFieldValue<byte[]>(3), [.. known.Select(Convert.ToHexString)]);
        }

        return firsts;
    }

    /// <summary>Counts repeats, conflicts included, at their claims.</summary>
    public static NpgsqlBatchCommand CountRepeats(IEnumerable<PendingDelivery> repeats)
    {
        var counted = repeats.GroupBy(delivery => (delivery.Source, delivery.EventKey))
            .Select(group => (group.Key, Count: group.Count(), Last: group.Max(delivery => delivery.ReceivedAt)))
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

    private static int Compare((string Source, string EventKey) a, (string Source, string EventKey) b) =>
        string.CompareOrdinal(a.Source, b.Source) is not 0 and var order ? order : string.CompareOrdinal(a.EventKey, b.EventKey);

    private static NpgsqlParameter<string[]> Texts<T>(T[] rows, Converter<T, string> select) => new() { TypedValue = Array.ConvertAll(rows, select), NpgsqlDbType = TextArray };
}

/// <summary>The delivery that was first with an event id.</summary>
/// <param name="Conflicts">Body hashes, in hexadecimal, of what came later under the same id with another body.</param>
internal sealed record FirstDelivery(Guid DeliveryId, byte[] BodyHash, HashSet<string> Conflicts);
