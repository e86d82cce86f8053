using Npgsql;

namespace WebhookPlatform.Messaging.Storage;

/// <summary>Deletes rows past their time in small batches, so that no delete holds locks or the log for long; replicas that do it at the same time share the work.</summary>
public sealed class Purge(NpgsqlDataSource database, TimeProvider clock)
{
    private const int BatchSize = 5000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Deletes the rows of <paramref name="table"/> whose <paramref name="column"/> is a time before <paramref name="before"/>; null is none.</summary>
    /// <returns>Rows deleted.</returns>
    public async Task<long> DeleteAsync(string table, string column, DateTimeOffset before, CancellationToken cancellationToken)
    {
        for (long total = 0; ;)
        {
            await using var command = database.CreateCommand($"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {column} < $1 LIMIT {BatchSize} FOR UPDATE SKIP LOCKED))");
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
            var deleted = await command.ExecuteNonQueryAsync(cancellationToken);
            total += deleted;
            if (deleted < BatchSize)
            {
                return total;
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }
    }
}
