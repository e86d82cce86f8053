using System.Globalization;
using Npgsql;
using WebhookPlatform.Gateway.Deliveries;

namespace WebhookPlatform.Benchmarks;

/// <summary>Fills a gateway's tables as years of use would, by copying what one real webhook has left there.</summary>
/// <param name="platform">Its gateway has accepted at least one webhook.</param>
/// <param name="count">Deliveries to store.</param>
internal sealed class StoredHistory(RunningPlatform platform, int count)
{
    private const int Days = 25;
    private const int BatchSize = 50_000;

    private readonly NpgsqlDataSource _database = platform.Database("gateway");

    /// <summary>Stores deliveries and their claims.</summary>
    public async Task FillAsync(Action<double> progress, CancellationToken cancellationToken)
    {
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        for (var day = -Days; day < 0; day++)
        {
            await new DeliveryPartitions(_database, new Noon(today.AddDays(day))).CreateAsync(cancellationToken);
        }

        var deliveries = await CopyAsync("deliveries", new(StringComparer.Ordinal)
        {
            ["id"] = "s.id",
            ["event_key"] = "s.key",
            ["received_at"] = "s.at",
            ["body_hash"] = "s.hash",
        }, cancellationToken);
        var claims = await CopyAsync("claims", new(StringComparer.Ordinal)
        {
            ["event_key"] = "s.key",
            ["delivery_id"] = "s.id",
            ["body_hash"] = "s.hash",
            ["last_seen_at"] = "s.at",
        }, cancellationToken);
        for (var done = 0; done < count; done += BatchSize)
        {
            var rows = Math.Min(BatchSize, count - done);
            await ExecuteAsync($"WITH {Series(done, rows)} {deliveries}; WITH {Series(done, rows)} {claims}", cancellationToken);
            if (done / BatchSize % Math.Max(1, count / BatchSize / 10) == 0)
            {
                progress((double)(done + rows) / count);
            }
        }

        await ExecuteAsync("ANALYZE deliveries", cancellationToken);
        await ExecuteAsync("VACUUM (ANALYZE) claims", cancellationToken);
    }

    /// <summary>Lets as many messages go through the outbox. They come and go within a transaction, so that the relay never sees them, but leave the same dead rows.</summary>
    public async Task ChurnAsync(CancellationToken cancellationToken)
    {
        const int Batch = 5000;
        for (var done = 0; done < count; done += Batch)
        {
            await ExecuteAsync(
                $"""
                BEGIN;
                INSERT INTO outbox (message_id, name, body) SELECT gen_random_uuid(), 'PaymentCompleted', convert_to(repeat('x', 700), 'UTF8') FROM generate_series(1, {Math.Min(Batch, count - done)});
                DELETE FROM outbox WHERE id > (SELECT max(id) FROM outbox) - {Math.Min(Batch, count - done)} AND body = convert_to(repeat('x', 700), 'UTF8');
                COMMIT
                """,
                cancellationToken);
        }
    }

    /// <summary>Bytes of the rows and of the indexes of each table.</summary>
    public async Task<IReadOnlyList<(string Table, long Rows, long Indexes)>> SizesAsync(CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(
            """
            SELECT name, sum(pg_table_size(part)), sum(pg_indexes_size(part))
            FROM (SELECT 'deliveries' AS name, inhrelid AS part FROM pg_inherits WHERE inhparent = 'deliveries'::regclass
                  UNION ALL SELECT name, name::regclass FROM unnest(ARRAY['claims', 'outbox']) AS name) AS parts
            GROUP BY name ORDER BY 2 DESC
            """);
        var sizes = new List<(string Table, long Rows, long Indexes)>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            sizes.Add((rows.GetString(0), (long)rows.GetDecimal(1), (long)rows.GetDecimal(2)));
        }

        return sizes;
    }

    // Ids are version 7 UUIDs as the gateway makes them: the time in milliseconds first, which also chooses the partition. Keys are as random as a provider's.
    private string Series(int from, int rows) => string.Create(CultureInfo.InvariantCulture, $"""
        s AS MATERIALIZED (
            SELECT 'evt_' || left(hex, 24) AS key, at, sha256(hex::bytea) AS hash,
                   (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(hex, 1, 3) || '8' || substr(hex, 4, 15))::uuid AS id
            FROM (SELECT md5('history ' || n) AS hex, date_trunc('day', now(), 'UTC') - (({count} - n)::float8 / {count}) * interval '{Days} days' AS at
                  FROM generate_series({from}, {from + rows - 1}) AS n) AS moments)
        """);

    /// <summary>An insert that takes a real row for all columns but some. Columns are looked up, so that it goes on working when tables get more of them.</summary>
    private async Task<string> CopyAsync(string table, Dictionary<string, string> differing, CancellationToken cancellationToken)
    {
        var columns = new List<string>();
        await using var command = _database.CreateCommand($"SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}' AND is_generated = 'NEVER' ORDER BY ordinal_position");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            columns.Add(rows.GetString(0));
        }

        var values = columns.Select(column => differing.GetValueOrDefault(column, $"t.{column}"));
        return $"INSERT INTO {table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)} FROM s, (SELECT * FROM {table} LIMIT 1) AS t";
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _database.CreateCommand(sql);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed class Noon(DateTime day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day.AddHours(12), TimeSpan.Zero);
    }
}
