using System.Globalization;
using Npgsql;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks.Machine;

/// <summary>The yardstick for latency: PostgreSQL's own benchmark with one client that commits one row at a time.</summary>
public static class PgBench
{
    private const string Script = "INSERT INTO yardstick (body) VALUES ('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');\n";

    /// <summary>Makes the table that <see cref="CommitAsync"/> writes.</summary>
    public static async Task PrepareAsync(string connection, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var create = database.CreateCommand("CREATE TABLE yardstick (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)");
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The median time of one single-row commit.</summary>
    public static async Task<TimeSpan> CommitAsync(string connection, int seconds, CancellationToken cancellationToken)
    {
        var server = new NpgsqlConnectionStringBuilder(connection);
        var folder = Directory.CreateTempSubdirectory("webhooks-pgbench-");
        try
        {
            var script = Path.Combine(folder.FullName, "commit.sql");
            await File.WriteAllTextAsync(script, Script, cancellationToken);
            await Command.RunAsync(
                Program,
                ["-n", "-c", "1", "-M", "prepared", "-T", seconds.ToString(CultureInfo.InvariantCulture), "-l", "-f", script,
                    "-h", server.Host!, "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-U", server.Username!, server.Database!],
                cancellationToken,
                folder.FullName,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = server.Password! });

            // A line for each commit: client, number, microseconds, …
            var times = folder.EnumerateFiles("pgbench_log.*").SelectMany(log => File.ReadLines(log.FullName)).Select(line => double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture));
            return TimeSpan.FromMicroseconds(Statistics.Median(times));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Program => Directory.EnumerateDirectories("/usr/lib/postgresql")
        .OrderByDescending(folder => Version.TryParse(Path.GetFileName(folder) + ".0", out var version) ? version : new Version())
        .Select(folder => Path.Combine(folder, "bin", "pgbench"))
        .First(File.Exists);
}
