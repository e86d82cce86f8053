using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Wire;

namespace WebhookPlatform.Messaging.Outbox;

/// <summary>
/// Publishes what waits in the outbox: a batch of rows is locked, published with all confirms in flight together, and removed. Relays of other replicas skip
/// locked rows; a crash at any point leaves the rows, and what had already reached the broker is recognized by its message id.
/// </summary>
internal sealed partial class OutboxRelay<TContext>(NpgsqlDataSource database, OutboxSignal signal, IOptions<MessagingOptions> options, TimeProvider clock, ILogger<OutboxRelay<TContext>> logger)
    : BackgroundService
    where TContext : DbContext
{
    private static readonly ActivitySource Traces = new("WebhookPlatform.Outbox");
    private static readonly Meter Metrics = new("WebhookPlatform.Outbox");
    private static readonly Counter<long> Published = Metrics.CreateCounter<long>("outbox.published", "{message}", "Messages the broker has confirmed.");

    // For what another process wrote before it died.
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // While messages keep coming, some milliseconds of gathering save most of the transactions; the first after a pause goes at once.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan PublishDeadline = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var attempt = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RelayAsync(() => attempt = 0, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogPaused(logger, failure.GetBaseException().Message);
                await Task.Delay(Backoff.Delay(attempt++, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5)), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RelayAsync(Action working, CancellationToken stoppingToken)
    {
        await using var broker = await BrokerChannel.OpenAsync(options.Value.Broker!, [.. options.Value.Queues], clock, stoppingToken);

        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        while (true)
        {
            while (await RelayBatchAsync(connection, broker, stoppingToken) == options.Value.RelayBatchSize)
            {
                working();
            }

            working();
            var relayed = clock.GetTimestamp();
            await signal.WaitAsync(Poll, stoppingToken);
            if (clock.GetElapsedTime(relayed) < Gather)
            {
                await Task.Delay(Gather, clock, stoppingToken);
            }
        }
    }

    private async Task<int> RelayBatchAsync(NpgsqlConnection connection, BrokerChannel broker, CancellationToken stoppingToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
        var rows = await LockAsync(connection, transaction, stoppingToken);
        if (rows.Count == 0)
        {
            return 0;
        }

        var broken = await PublishAsync(broker, rows, stoppingToken);
        await DeleteAsync(connection, transaction, [.. rows.Except(broken).Select(row => row.Id)]);
        await SetAsideAsync(connection, transaction, broken);
        await transaction.CommitAsync(CancellationToken.None);
        Published.Add(rows.Count - broken.Count);
        return rows.Count;
    }

    private async Task<List<OutboxMessage>> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT id, message_id, name, body, trace_parent FROM outbox WHERE error IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED", connection, transaction)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = options.Value.RelayBatchSize } },
        };
        var messages = new List<OutboxMessage>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            messages.Add(new OutboxMessage
            {
                Id = rows.GetInt64(0),
                MessageId = rows.GetGuid(1),
                Name = rows.GetString(2),
                Body = await rows.GetFieldValueAsync<byte[]>(3, cancellationToken),
                TraceParent = await rows.IsDBNullAsync(4, cancellationToken) ? null : rows.GetString(4),
            });
        }

        return messages;
    }

    private static async Task<IReadOnlyList<OutboxMessage>> PublishAsync(BrokerChannel broker, List<OutboxMessage> rows, CancellationToken stoppingToken)
    {
        var activities = rows.ConvertAll(Trace);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(PublishDeadline);
        try
        {
            return await broker.PublishAsync(rows, deadline.Token);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            throw new BrokerAwayException(failure);
        }
        finally
        {
            activities.ForEach(activity => activity?.Dispose());
        }
    }

    // What receives the message continues the trace from here.
    private static Activity? Trace(OutboxMessage row)
    {
        var activity = row.TraceParent is null ? null : Traces.StartActivity("outbox relay", ActivityKind.Producer, TraceContext.Parse(row.TraceParent));
        if (activity is not null)
        {
            row.TraceParent = TraceContext.Format(activity.Context);
            Activity.Current = null;
        }

        return activity;
    }

    private async Task SetAsideAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<OutboxMessage> broken)
    {
        if (broken.Count == 0)
        {
            return;
        }

        foreach (var row in broken)
        {
            LogSetAside(logger, row.MessageId, row.Name);
        }

        await using var command = new NpgsqlCommand("UPDATE outbox SET error = 'It cannot be read as its contract.' WHERE id = ANY($1)", connection, transaction)
        {
            Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. broken.Select(row => row.Id)] } },
        };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static async Task DeleteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, long[] ids)
    {
        await using var command = new NpgsqlCommand("DELETE FROM outbox WHERE id = ANY($1)", connection, transaction)
        {
            Parameters = { new NpgsqlParameter<long[]> { TypedValue = ids } },
        };
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox waits: {Reason}")]
    private static partial void LogPaused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} ({Name}) cannot be read as its contract and is set aside in the outbox")]
    private static partial void LogSetAside(ILogger logger, Guid messageId, string name);

    private sealed class BrokerAwayException(Exception failure) : Exception($"the broker did not confirm: {failure.GetBaseException().Message}", failure);
}
