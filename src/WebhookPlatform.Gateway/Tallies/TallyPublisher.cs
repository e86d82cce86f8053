using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Tallies;

/// <summary>Writes counts of rejections and tells the totals that have changed, about once a second. Totals only grow, so telling one twice or late is harmless.</summary>
public sealed partial class TallyPublisher(NpgsqlDataSource database, TallyBoard board, OutboxSignal outbox, Rejections.RejectionLog rejections, TimeProvider clock, ILogger<TallyPublisher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    // Far longer than any count can be late; the dashboard keeps the totals.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await RepeatAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await TellAsync(stoppingToken);
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        using var farewell = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await TellAsync(farewell.Token);
    }

    // What a process that died had counted and not told; also sweeps away what nobody reads any more.
    private async Task RepeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var recent = database.CreateCommand("SELECT DISTINCT source, minute FROM tallies WHERE minute >= $1");
            recent.Parameters.AddWithValue(clock.GetUtcNow() - Recent);
            await using var rows = await recent.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                board.Changed(rows.GetString(0), await rows.GetFieldValueAsync<DateTimeOffset>(1, cancellationToken));
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogPostponed(logger, failure.GetBaseException().Message);
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        var unwritten = board.TakeUnwritten();
        var changed = board.TakeChanged();
        var listed = rejections.Take();
        if (unwritten.Sum(count => count.Refused) is > 0 and var refused)
        {
            LogRefused(logger, refused);
        }

        try
        {
            await TellAsync(unwritten, changed, listed, cancellationToken);
        }
        catch (Exception failure)
        {
            board.Return(unwritten);
            foreach (var (source, minute) in changed)
            {
                board.Changed(source, minute);
            }

            rejections.Return(listed);
            if (!cancellationToken.IsCancellationRequested)
            {
                LogPostponed(logger, failure.GetBaseException().Message);
            }
        }
    }

    private async Task TellAsync(
        IReadOnlyList<TallyCount> unwritten,
        IReadOnlyList<(string Source, DateTimeOffset Minute)> changed,
        IReadOnlyList<Rejections.Rejection> listed,
        CancellationToken cancellationToken)
    {
        if (unwritten.Count == 0 && changed.Count == 0 && listed.Count == 0)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var write = new NpgsqlBatch(connection);
        if (unwritten.Count > 0)
        {
            write.BatchCommands.Add(TallySql.Add(unwritten));
            write.BatchCommands.Add(TallySql.Forget(clock.GetUtcNow() - Kept));
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
        var totals = await TotalsAsync(connection, keys, cancellationToken);
        if (totals.Count > 0)
        {
            await using var publish = new NpgsqlBatch(connection) { BatchCommands = { OutboxSql.Insert([.. totals.Select(Message)]) } };
            await publish.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        outbox.Raise();
    }

    private static OutboxMessage Message(IngressTallied total) => OutboxMessage.For(
        total,
        DeterministicId.From("tally", total.Source, Text(total.Minute.ToUnixTimeSeconds()), Text(total.Accepted), Text(total.Duplicates), Text(total.Conflicts), Text(total.Rejected), Text(total.Refused)),
        default(ActivityContext));

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<List<IngressTallied>> TotalsAsync(NpgsqlConnection connection, List<(string Source, DateTimeOffset Minute)> keys, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT source, max(provider), minute, sum(accepted)::bigint, sum(duplicates)::bigint, sum(conflicts)::bigint, sum(rejected)::bigint, sum(refused)::bigint
            FROM tallies JOIN unnest($1, $2) AS k(minute, source) USING (minute, source)
            GROUP BY minute, source
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. keys.Select(key => key.Minute)] },
                new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Source)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} webhooks were refused with 503 lately; their senders should send them again")]
    private static partial void LogRefused(ILogger logger, long count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Counts and rejections are kept in memory for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
