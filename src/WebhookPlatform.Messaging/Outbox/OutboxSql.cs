using Npgsql;
using NpgsqlTypes;

namespace WebhookPlatform.Messaging.Outbox;

/// <summary>Writes many outbox rows with one command, inside the caller's transaction.</summary>
public static class OutboxSql
{
    /// <summary>The insert as a batch command, for callers that send it together with others.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyList<OutboxMessage> messages) =>
        new("INSERT INTO outbox (message_id, name, body, trace_parent) SELECT * FROM unnest($1, $2, $3, $4)")
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = [.. messages.Select(message => message.MessageId)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. messages.Select(message => message.Name)] },
                new NpgsqlParameter<byte[][]> { TypedValue = [.. messages.Select(message => message.Body)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                new NpgsqlParameter<string?[]> { TypedValue = [.. messages.Select(message => message.TraceParent)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
}
