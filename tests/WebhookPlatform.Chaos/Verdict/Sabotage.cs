using Npgsql;
using WebhookPlatform.Chaos.Cluster;

namespace WebhookPlatform.Chaos.Verdict;

/// <summary>Breaks promises behind everybody's back, one by one, to see that the oracle notices: an oracle that never complains proves nothing.</summary>
internal static class Sabotage
{
    // Each undone before the next.
    private static readonly (string Database, string Act)[] Acts =
    [
        ("gateway", "DELETE FROM deliveries WHERE id = (SELECT min(id::text)::uuid FROM deliveries)"),
        ("gateway", "UPDATE deliveries SET body = body || '\\x20' WHERE id = (SELECT min(id::text)::uuid FROM deliveries)"),
        ("gateway", "UPDATE deliveries SET event_key = 'evt_unheard_of' WHERE id = (SELECT min(id::text)::uuid FROM deliveries)"),
        ("dashboard", "UPDATE payment_days SET completed = completed + 1 WHERE currency = 'USD' AND day = (SELECT max(day) FROM payment_days WHERE currency = 'USD')"),
        ("dashboard", "UPDATE payments SET refunded = refunded + 1 WHERE payment_id = (SELECT min(payment_id) FROM payments)"),
        ("notifications", "UPDATE notifications SET delivery_id = gen_random_uuid() WHERE id = (SELECT min(id::text)::uuid FROM notifications)"),
        ("notifications", "DELETE FROM notifications WHERE id = (SELECT min(id::text)::uuid FROM notifications)"),
        ("automation", "UPDATE runs SET state = 'Dead' WHERE id = (SELECT min(id::text)::uuid FROM runs)"),
        ("automation", "INSERT INTO outbox (message_id, name, body, error) VALUES (gen_random_uuid(), 'Forgotten', '\\x7b7d', 'set aside')"),
    ];

    /// <returns>What the oracle did not notice.</returns>
    public static async Task<IReadOnlyList<string>> UnnoticedAsync(Servers servers, Oracle oracle, CancellationToken cancellationToken)
    {
        var unnoticed = new List<string>();
        foreach (var (database, act) in Acts)
        {
            // The oracle sees only what is committed, so it is undone from a copy of the table.
            var table = act.Split(' ')[act.StartsWith("UPDATE", StringComparison.Ordinal) ? 1 : 2];
            await ExecuteAsync(servers, database, $"CREATE TABLE before_sabotage AS TABLE {table}; {act}", cancellationToken);
            if ((await oracle.JudgeTablesAsync(cancellationToken)).All(check => check.Passed))
            {
                unnoticed.Add($"{database}: {act}");
            }

            await ExecuteAsync(servers, database, $"DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE before_sabotage; DROP TABLE before_sabotage", cancellationToken);
        }

        return unnoticed;
    }

    private static async Task ExecuteAsync(Servers servers, string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(servers.Database(database));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
