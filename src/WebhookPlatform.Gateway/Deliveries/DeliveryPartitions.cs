using System.Buffers.Binary;
using System.Globalization;
using Npgsql;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>
/// The partitions of <c>deliveries</c>, one per UTC day: a delivery's id is a version 7 UUID, whose first 48 bits are the time in milliseconds, so the id alone says where its row is
/// and the newest rows are found in the newest partitions. What no day's partition takes goes to <c>deliveries_default</c>, and is moved when the day's partition is made.
/// </summary>
public sealed class DeliveryPartitions(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Prefix = "deliveries_";

    // Any number will do, as long as all replicas use the same.
    private const long LockKey = 7_235_014_690;

    // Two days ahead, so that a gateway that could not do it for a day has lost nothing.
    private const int DaysAhead = 2;

    /// <summary>Makes the partitions of today and the next days that are missing.</summary>
    /// <exception cref="NpgsqlException">The database is away or too busy to lock the table; try again later.</exception>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var known = await ListAsync(connection, cancellationToken);
        foreach (var day in Enumerable.Range(0, DaysAhead + 1).Select(today.AddDays).Where(day => !known.Contains(day)))
        {
            await CreateAsync(connection, day, cancellationToken);
        }
    }

    /// <summary>Drops the partitions whose days are all before <paramref name="oldest"/>: the space is free at once, and nothing is left to vacuum.</summary>
    /// <returns>Days dropped.</returns>
    /// <exception cref="NpgsqlException">As for <see cref="CreateAsync(CancellationToken)"/>.</exception>
    public async Task<IReadOnlyList<DateOnly>> DropAsync(DateOnly oldest, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var old = (await ListAsync(connection, cancellationToken)).Where(day => day < oldest).Order().ToList();
        foreach (var day in old)
        {
            await ChangeAsync(connection, $"DROP TABLE IF EXISTS {NameOf(day)}", cancellationToken);
        }

        // What an unforeseen clock has put beside the days.
        await using var strays = new NpgsqlCommand("DELETE FROM deliveries_default WHERE id < $1", connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = FirstIdOf(oldest) } } };
        await strays.ExecuteNonQueryAsync(cancellationToken);
        return old;
    }

    /// <summary>The smallest id that a delivery received on a day can have.</summary>
    public static Guid FirstIdOf(DateOnly day)
    {
        Span<byte> bytes = stackalloc byte[16];
        var milliseconds = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds << 16);
        return new Guid(bytes, bigEndian: true);
    }

    private static string NameOf(DateOnly day) => Prefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static async Task<HashSet<DateOnly>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'deliveries'::regclass", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var days = new HashSet<DateOnly>();
        while (await rows.ReadAsync(cancellationToken))
        {
            if (DateOnly.TryParseExact(rows.GetString(0)[Prefix.Length..], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                days.Add(day);
            }
        }

        return days;
    }

    private static Task CreateAsync(NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        var (name, first, next) = (NameOf(day), FirstIdOf(day), FirstIdOf(day.AddDays(1)));
        return ChangeAsync(
            connection,
            $"""
            DO $$
            BEGIN
                IF to_regclass('{name}') IS NULL THEN
                    LOCK TABLE deliveries_default IN ACCESS EXCLUSIVE MODE;
                    CREATE TABLE {name} (LIKE deliveries INCLUDING DEFAULTS);
                    WITH moved AS (DELETE FROM deliveries_default WHERE id >= '{first}' AND id < '{next}' RETURNING *) INSERT INTO {name} SELECT * FROM moved;
                    ALTER TABLE deliveries ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{next}');
                END IF;
            END $$
            """,
            cancellationToken);
    }

    // One replica at a time; and rather given up than making every webhook wait behind a lock that some long query denies.
    private static async Task ChangeAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SET LOCAL lock_timeout = '1s'"),
                new NpgsqlBatchCommand($"SELECT pg_advisory_xact_lock({LockKey})"),
                new NpgsqlBatchCommand(sql),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
