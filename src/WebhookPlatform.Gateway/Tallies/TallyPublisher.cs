using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Tallies;

/// <summary>Writes counts of rejections and tells the totals that have changed, about once a second. Totals only grow, so telling one twice or late is harmless.</summary>
public sealed partial class TallyPublisher(NpgsqlDataSource database, TallyBoard board, Rejections.RejectionLog rejections, TimeProvider clock, ILogger<TallyPublisher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // What a process that died has counted and not told is told by the next one.
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? since = clock.GetUtcNow() - Recent;
        while (!stoppingToken.IsCancellationRequested)
        {
            var unwritten = board.TakeUnwritten();
            var changed = board.TakeChanged();
            var listed = rejections.Take();
            try
            {
                await TellAsync(unwritten, changed, listed, since, stoppingToken);
                since = null;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                board.Return(unwritten);
                board.Changed(changed.Select(key => new TallyCount(key.Source, "", key.Minute, 0, 0, 0, 0, 0)));
                rejections.Return(listed);
                LogPostponed(logger, failure.GetBaseException().Message);
            }

            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(
        IReadOnlyList<TallyCount> unwritten,
        IReadOnlyList<(string Source, DateTimeOffset Minute)> changed,
        IReadOnlyList<Rejections.Rejection> listed,
        DateTimeOffset? since,
        CancellationToken cancellationToken)
    {
        if (unwritten.Count == 0 && changed.Count == 0 && listed.Count == 0 && since is null)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var write = new NpgsqlBatch(connection);
        if (unwritten.Count > 0)
        {
            write.BatchCommands.Add(TallySql.Add(unwritten));
        }

        if (listed.Count > 0)
        {
            write.BatchCommands.Add(Rejections.RejectionSql.Insert(listed));
            write.BatchCommands.Add(Rejections.RejectionSql.Trim());
        }

        if (write.BatchCommands.Count > 0)
        {
            await write.ExecuteNonQueryAsync(cancellationToken);
        }

        var keys = changed.Concat(unwritten.Select(count => (count.Source, count.Minute))).Distinct().ToList();
        var totals = await TotalsAsync(connection, keys, since, cancellationToken);
        if (totals.Count > 0)
        {
            await using var publish = new NpgsqlBatch(connection) { BatchCommands = { OutboxSql.Insert([.. totals.Select(Message)]) } };
            await publish.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static OutboxMessage Message(IngressTallied total) => OutboxMessage.For(
        total,
        DeterministicId.From("tally", total.Source, Text(total.Minute.ToUnixTimeSeconds()), Text(total.Accepted), Text(total.Duplicates), Text(total.Conflicts), Text(total.Rejected), Text(total.Refused)),
        default(ActivityContext));

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<List<IngressTallied>> TotalsAsync(NpgsqlConnection connection, List<(string Source, DateTimeOffset Minute)> keys, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT source, max(provider), minute, sum(accepted)::bigint, sum(duplicates)::bigint, sum(conflicts)::bigint, sum(rejected)::bigint, sum(refused)::bigint
            FROM tallies
            WHERE (minute, source) IN (SELECT * FROM unnest($1, $2)) OR minute >= $3
            GROUP BY minute, source
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. keys.Select(key => key.Minute)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Source)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter { Value = (object?)since ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };
        var totals = new List<IngressTallied>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            totals.Add(new IngressTallied(
                rows.GetString(0), rows.GetString(1), await rows.GetFieldValueAsync<DateTimeOffset>(2, cancellationToken),
                rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5), rows.GetInt64(6), rows.GetInt64(7)));
        }

        return totals;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Counts and rejections are kept in memory for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
