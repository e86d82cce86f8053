using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>
/// Claims that are past their source's horizon and still there: the purge waits for the longest horizon of all. The first webhook that comes then under such an event id is new and takes
/// the claim over. Only repeats are looked at, so a webhook that comes once pays nothing.
/// </summary>
public sealed class ExpiredClaims(ClaimHorizons horizons)
{
    private const NpgsqlDbType TextArray = NpgsqlDbType.Array | NpgsqlDbType.Text;

    /// <summary>Takes over those claims of repeats that are past their horizon, or have just been purged.</summary>
    /// <param name="repeats">Deliveries whose event ids were found claimed.</param>
    /// <param name="firsts">Whose claims they are; brought up to date.</param>
    /// <returns>The deliveries that are new: one for each event id, and none where another writer was faster.</returns>
    internal IReadOnlyList<PendingDelivery> TakeOver(NpgsqlConnection connection, IReadOnlyList<PendingDelivery> repeats, Dictionary<(string Source, string EventKey), FirstDelivery> firsts)
    {
        PendingDelivery[] gone = [.. repeats.Where(delivery => !firsts.TryGetValue((delivery.Source, delivery.EventKey), out var first) || Is(delivery, first.LastSeenAt))];
        if (TakeOver(connection, gone, delivery => delivery.EventKey) is not { } taken)
        {
            return [];
        }

        foreach (var (key, first) in ClaimSql.FindFirsts(connection, gone))
        {
            firsts[key] = first;
        }

        return [.. gone.Where(delivery => taken.Contains(delivery.Id))];
    }

    /// <summary>Takes claims over under the names that <paramref name="keyOf"/> gives.</summary>
    /// <returns>The ids of the deliveries that have them now; null when there was nothing to take over.</returns>
    internal HashSet<Guid>? TakeOver(NpgsqlConnection connection, IEnumerable<PendingDelivery> gone, Converter<PendingDelivery, string> keyOf)
    {
        // Of several with one event id the first takes it, the others repeat it then.
        var takers = gone.GroupBy(delivery => (delivery.Source, EventKey: keyOf(delivery))).Select(group => (group.Key, Delivery: group.First())).ToArray();
        if (takers.Length == 0)
        {
            return null;
        }

        Array.Sort(takers, (a, b) => ClaimSql.Compare(a.Key, b.Key));
        var taken = new HashSet<Guid>();
        foreach (var source in takers.GroupBy(taker => taker.Key.Source, StringComparer.Ordinal))
        {
            using var command = Command(connection, source.Key, [.. source.Select(taker => (taker.Key.EventKey, taker.Delivery))]);
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                taken.Add(rows.GetGuid(0));
            }
        }

        return taken;
    }

    /// <summary>Whether a claim that was seen last at a time is past its horizon for a delivery.</summary>
    internal bool Is(PendingDelivery delivery, DateTimeOffset lastSeenAt) => horizons.Of(delivery.Source) is { } horizon && lastSeenAt < delivery.ReceivedAt - horizon;

    // Whoever comes second waits for the first one's transaction and then sees a claim that is young again.
    private NpgsqlCommand Command(NpgsqlConnection connection, string source, (string EventKey, PendingDelivery Delivery)[] takers) => new(
        """
        INSERT INTO claims AS known (source, event_key, delivery_id, body_hash, last_seen_at)
        SELECT $1, * FROM unnest($2, $3, $4, $5)
        ON CONFLICT (source, event_key) DO UPDATE
        SET delivery_id = excluded.delivery_id, body_hash = excluded.body_hash, duplicates = 0, last_seen_at = excluded.last_seen_at
        WHERE known.last_seen_at < excluded.last_seen_at - make_interval(secs => $6)
        RETURNING delivery_id
        """,
        connection)
    {
        Parameters =
        {
            new NpgsqlParameter<string> { TypedValue = source },
            new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(takers, taker => taker.EventKey), NpgsqlDbType = TextArray },
            new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(takers, taker => taker.Delivery.Id) },
            new NpgsqlParameter<byte[][]> { TypedValue = Array.ConvertAll(takers, taker => ClaimSql.HashOf(taker.Delivery)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Array.ConvertAll(takers, taker => taker.Delivery.ReceivedAt) },
            new NpgsqlParameter<double> { TypedValue = (horizons.Of(source) ?? TimeSpan.FromDays(ClaimHorizons.MostDays)).TotalSeconds },
        },
    };
}
