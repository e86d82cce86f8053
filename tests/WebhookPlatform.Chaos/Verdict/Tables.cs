using Npgsql;
using WebhookPlatform.Chaos.Cluster;

namespace WebhookPlatform.Chaos.Verdict;

/// <summary>Reads the services' databases.</summary>
internal sealed class Tables(Platform platform)
{
    /// <summary>A single number.</summary>
    public async Task<long> CountAsync(string database, string sql, CancellationToken cancellationToken) =>
        (await ReadAsync(database, sql, row => row.GetInt64(0), cancellationToken)).Single();

    public async Task<List<T>> ReadAsync<T>(string database, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(platform.Servers.Database(database));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
