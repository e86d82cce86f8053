using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>Writes a few deliveries by an INSERT that travels with other commands: dearer for each row than <see cref="DeliveryCopy"/>, but without the two round trips that COPY takes, which is most of the time of a small commit.</summary>
internal static class DeliveryInsert
{
    private const NpgsqlDbType TextArray = NpgsqlDbType.Array | NpgsqlDbType.Text;
    private const NpgsqlDbType ByteaArray = NpgsqlDbType.Array | NpgsqlDbType.Bytea;

    // About where both take the same time. Longer bodies would be held in memory once more.
    private const int MostRows = 32;
    private const int MostBytes = 128 * 1024;

    // In no contract's name.
    private const string Separator = ",";

    private const string Sql =
        $"""
        INSERT INTO deliveries (id, source, provider, event_key, event_type, status, conflict_of, received_at, events, content_type, headers, body, body_hash, secret, recovery)
        SELECT id, source, provider, event_key, event_type, CASE WHEN conflict_of IS NULL THEN '{nameof(DeliveryStatus.Accepted)}' ELSE '{nameof(DeliveryStatus.Conflict)}' END, conflict_of, received_at,
               string_to_array(events, '{Separator}'), content_type, convert_from(headers, 'UTF8')::jsonb, body, body_hash, secret, recovery
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            AS row(id, source, provider, event_key, event_type, conflict_of, received_at, events, content_type, headers, body, body_hash, secret, recovery)
        """;

    /// <summary>Whether that is few enough.</summary>
    public static bool Suits(IReadOnlyCollection<(PendingDelivery Delivery, Guid? ConflictOf)> rows) => rows.Count <= MostRows && rows.Sum(row => (long)row.Delivery.Body.Bytes.Length) <= MostBytes;

    /// <param name="rows">Each with the delivery it conflicts with, if any.</param>
    public static NpgsqlBatchCommand Command((PendingDelivery Delivery, Guid? ConflictOf)[] rows) =>
        new(Sql)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(rows, row => row.Delivery.Id) },
                Texts(rows, delivery => delivery.Source),
                Texts(rows, delivery => delivery.Provider),
                Texts(rows, delivery => delivery.EventKey),
                Texts(rows, delivery => delivery.EventType),
                new NpgsqlParameter<Guid?[]> { TypedValue = Array.ConvertAll(rows, row => row.ConflictOf) },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Array.ConvertAll(rows, row => row.Delivery.ReceivedAt) },
                Texts(rows, delivery => string.Join(Separator, delivery.Events)),
                Texts(rows, delivery => delivery.ContentType),
                Bytes(rows, delivery => delivery.Headers),
                Bytes(rows, delivery => delivery.Body.Bytes),
                Bytes(rows, delivery => delivery.BodyHash),
                Texts(rows, delivery => delivery.Secret),
                new NpgsqlParameter<Guid?[]> { TypedValue = Array.ConvertAll(rows, row => row.Delivery.Recovery) },
            },
        };

    private static NpgsqlParameter<string?[]> Texts((PendingDelivery Delivery, Guid? ConflictOf)[] rows, Func<PendingDelivery, string?> select) =>
        new() { TypedValue = Array.ConvertAll(rows, row => select(row.Delivery)), NpgsqlDbType = TextArray };

    private static NpgsqlParameter<ReadOnlyMemory<byte>[]> Bytes((PendingDelivery Delivery, Guid? ConflictOf)[] rows, Func<PendingDelivery, ReadOnlyMemory<byte>> select) =>
        new() { TypedValue = Array.ConvertAll(rows, row => select(row.Delivery)), NpgsqlDbType = ByteaArray };
}
