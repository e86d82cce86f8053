using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Gateway.Sources;

/// <summary>Counts which secrets prove webhooks: in memory, since every webhook does, and written about once a second. A process that dies forgets that second.</summary>
public sealed partial class SecretUses(NpgsqlDataSource database, TimeProvider clock, ILogger<SecretUses> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Source, string Secret), Counter> _counters = [];

    /// <summary>A webhook was proven by a secret; by none of the source's when it is null.</summary>
    public void Count(string source, string? secret)
    {
        if (secret is not null)
        {
            Interlocked.Increment(ref _counters.GetOrAdd((source, secret), static _ => new Counter()).Matches);
        }
    }

    /// <summary>Writes what was counted since the last time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var counted = _counters
            .Select(pair => (pair.Key.Source, pair.Key.Secret, pair.Value, Matches: Interlocked.Exchange(ref pair.Value.Matches, 0)))
            .Where(row => row.Matches > 0)
            .OrderBy(row => row.Source, StringComparer.Ordinal).ThenBy(row => row.Secret, StringComparer.Ordinal)
            .ToArray();
        if (counted.Length == 0)
        {
            return;
        }

        try
        {
            await using var command = database.CreateCommand(
                """
                INSERT INTO secret_uses (source, secret, hour, matches, last_at) SELECT source, secret, date_trunc('hour', $4, 'UTC'), matches, $4 FROM unnest($1, $2, $3) AS u(source, secret, matches)
                ON CONFLICT (source, secret, hour) DO UPDATE SET matches = secret_uses.matches + excluded.matches, last_at = greatest(secret_uses.last_at, excluded.last_at)
                """);
            command.Parameters.Add(Texts(counted.Select(row => row.Source)));
            command.Parameters.Add(Texts(counted.Select(row => row.Secret)));
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. counted.Select(row => row.Matches)] });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch
        {
            foreach (var (_, _, counter, matches) in counted)
            {
                Interlocked.Add(ref counter.Matches, matches);
            }

            throw;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            try
            {
                await WriteAsync(limit.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException || Outage.Is(failure))
            {
                LogPostponed(logger, failure.GetBaseException().Message);
            }
        }
    }

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> values) => new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    [LoggerMessage(Level = LogLevel.Warning, Message = "How often secrets matched is kept in memory for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);

    private sealed class Counter
    {
        public long Matches;
    }
}
