using Npgsql;
using NpgsqlTypes;

namespace WebhookPlatform.Messaging.Outbox;

/// <summary>Writes many messages to the outbox with one command, inside the caller's transaction.</summary>
public static class OutboxSql
{
    /// <summary>The insert as a batch command, for callers that send it together with others.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyList<OutboxMessage> messages) => InsertRows(OutboxPack.Pack(messages), error: null);

    /// <summary>Inserts rows as they are, which wait or, with an error, are kept for somebody to look at.</summary>
    internal static NpgsqlBatchCommand InsertRows(IReadOnlyList<OutboxMessage> rows, string? error) =>
        new("INSERT INTO outbox (message_id, name, body, trace_parent, error) SELECT message_id, name, body, trace_parent, $5 FROM unnest($1, $2, $3, $4) AS row(message_id, name, body, trace_parent)")
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. rows.Select(row => row.MessageId)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Name)] },
                new NpgsqlParameter<byte[][]> { TypedValue = [.. rows.Select(row => row.Body)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                new NpgsqlParameter<string?[]> { TypedValue = [.. rows.Select(row => row.TraceParent)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<string?> { TypedValue = error, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
}
