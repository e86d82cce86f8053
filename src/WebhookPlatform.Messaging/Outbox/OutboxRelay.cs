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
internal sealed partial class OutboxRelay<TContext>(NpgsqlDataSource database, OutboxSignal signal, RelayPace pace, IOptions<MessagingOptions> options, TimeProvider clock, ILogger<OutboxRelay<TContext>> logger)
    : BackgroundService
    where TContext : DbContext
{
    private static readonly ActivitySource Traces = new("WebhookPlatform.Outbox");
    private static readonly Meter Metrics = new("WebhookPlatform.Outbox");
    private static readonly Counter<long> Published = Metrics.CreateCounter<long>("outbox.published", "{message}", "Messages the broker has confirmed.");

    // For what another process wrote before it died.
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // While messages keep coming, gathering saves most of the transactions: the longer, the more there were. The first after a pause goes at once.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan GatherPerMessage = TimeSpan.FromMilliseconds(0.25);
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
            var began = clock.GetTimestamp();
            var messages = 0;
            (int Rows, int Messages) relayed;
            do
            {
                await pace.StandBackAsync(began, stoppingToken);
                relayed = await RelayBatchAsync(connection, broker, stoppingToken);
                messages += relayed.Messages;
                working();
            }
            while (relayed.Rows == options.Value.RelayBatchSize);

            var ended = clock.GetTimestamp();
            await signal.WaitAsync(Poll, stoppingToken);
            var gather = GatherPerMessage * messages < Gather ? GatherPerMessage * messages : Gather;
            if (clock.GetElapsedTime(ended) < gather)
            {
                await Task.Delay(gather, clock, stoppingToken);
            }
        }
    }

    private async Task<(int Rows, int Messages)> RelayBatchAsync(NpgsqlConnection connection, BrokerChannel broker, CancellationToken stoppingToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(stoppingToken);
        var rows = await LockAsync(connection, transaction, stoppingToken);
        if (rows.Count == 0)
        {
            return default;
        }

        var messages = new List<Outgoing>(rows.Count);
        var broken = new List<OutboxMessage>();
        rows.ForEach(row => OutboxPack.Unpack(row, messages, broken));
        await PublishAsync(broker, messages, stoppingToken);
        await RemoveAsync(connection, transaction, rows, broken);
        await transaction.CommitAsync(CancellationToken.None);
        Published.Add(messages.Count);
        return (rows.Count, messages.Count);
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

    private static async Task PublishAsync(BrokerChannel broker, List<Outgoing> messages, CancellationToken stoppingToken)
    {
        List<Activity?> activities = Traces.HasListeners() ? messages.ConvertAll(Trace) : [];
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(PublishDeadline);
        try
        {
            await broker.PublishAsync(messages, deadline.Token);
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
    private static Activity? Trace(Outgoing message)
    {
        var activity = message.TraceParent is null ? null : Traces.StartActivity("outbox relay", ActivityKind.Producer, TraceContext.Parse(message.TraceParent));
        if (activity is not null)
        {
            message.TraceParent = TraceContext.Format(activity.Context);
            Activity.Current = null;
        }

        return activity;
    }

    // What is broken stays, each message in a row of its own.
    private async Task RemoveAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, List<OutboxMessage> rows, List<OutboxMessage> broken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands = { new NpgsqlBatchCommand("DELETE FROM outbox WHERE id = ANY($1)") { Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => row.Id)] } } } },
        };
        if (broken.Count > 0)
        {
            broken.ForEach(message => LogSetAside(logger, message.MessageId, message.Name));
            batch.BatchCommands.Add(OutboxSql.InsertRows(broken, "It cannot be read as its contract."));
        }

        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox waits: {Reason}")]
    private static partial void LogPaused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} ({Name}) cannot be read as its contract and is set aside in the outbox")]
    private static partial void LogSetAside(ILogger logger, Guid messageId, string name);

    private sealed class BrokerAwayException(Exception failure) : Exception($"the broker did not confirm: {failure.GetBaseException().Message}", failure);
}
