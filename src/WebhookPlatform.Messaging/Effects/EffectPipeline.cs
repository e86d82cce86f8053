using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Batching;
using WebhookPlatform.Messaging.Ledger;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Wire;

namespace WebhookPlatform.Messaging.Effects;

/// <summary>
/// Turns messages into effects exactly once: a batch of messages is claimed in the inbox, applied and told to the outbox in one transaction.
/// Outages are waited out here; only faults of a message itself come back to the caller.
/// </summary>
internal sealed class EffectPipeline<TContext> : IAsyncDisposable
    where TContext : DbContext
{
    // A transaction costs far more than a message in it: under load, where many share one anyway, they wait for more.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan GatherPerMessage = TimeSpan.FromMilliseconds(0.25);

    private readonly IServiceScopeFactory _scopes;
    private readonly LedgerClerk<TContext> _clerk;
    private readonly OutageGate _gate;
    private readonly OutboxSignal _signal;
    private readonly TimeProvider _clock;
    private readonly GroupCommit<Received, bool> _group;

    public EffectPipeline(IServiceScopeFactory scopes, LedgerClerk<TContext> clerk, OutageGate gate, OutboxSignal signal, IOptions<MessagingOptions> options, TimeProvider clock)
    {
        _scopes = scopes;
        _clerk = clerk;
        _gate = gate;
        _signal = signal;
        _clock = clock;
        _group = new GroupCommit<Received, bool>(
            new GroupCommitSettings(Capacity: options.Value.Prefetch * Bundle.MostMessages, BatchSize: Bundle.MostMessages, Writers: 1, Deadline: TimeSpan.MaxValue, Gather)
            {
                GatherPerItem = GatherPerMessage,
                Enough = Bundle.MostMessages / 2,
            },
            ApplyAsync,
            clock);
    }

    /// <summary>Ends when the message's effects are committed, now or by an earlier delivery. A commit that is under way is not cancelled.</summary>
    public async Task HandleAsync(Received received, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (!_group.TrySubmit(received, out var applied))
                {
                    throw new OperationCanceledException("The service is stopping, or holds more messages than it should; the message stays in the queue.", cancellationToken);
                }

                await applied;
                _gate.Worked();
                return;
            }
            catch (Exception failure) when (Outage.Is(failure))
            {
                await _gate.WaitAsync(failure, cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    private async Task<IReadOnlyList<bool>> ApplyAsync(IReadOnlyList<Received> batch, CancellationToken cancellationToken)
    {
        await using var services = _scopes.CreateAsyncScope();
        var db = services.ServiceProvider.GetRequiredService<TContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var claimed = await ClaimAsync(connection, (NpgsqlTransaction)transaction.GetDbTransaction(), batch, cancellationToken);

        // A message that stands twice in the batch is claimed once.
        var fresh = batch.Where(received => claimed.Remove(received.MessageId)).ToList();
        if (fresh.Count > 0)
        {
            var questions = fresh.ToLookup(received => received.Message is LedgerPage);
            var scope = new EffectScope<TContext>(db, [.. questions[false]]);
            if (scope.Messages.Count > 0)
            {
                await services.ServiceProvider.GetRequiredService<IEffectHandler<TContext>>().ApplyAsync(scope, cancellationToken);
                await db.SaveChangesAsync(cancellationToken);
            }

            await _clerk.AnswerAsync(scope, connection, questions[true], cancellationToken);
            await WriteOutboxAsync(connection, (NpgsqlTransaction)transaction.GetDbTransaction(), scope.Outbox, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            scope.RunCommitted();
            if (scope.Outbox.Count > 0)
            {
                _signal.Raise();
            }
        }

        return new bool[batch.Count];
    }

    private async Task<HashSet<Guid>> ClaimAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<Received> batch, CancellationToken cancellationToken)
    {
        // Sorted, so that two replicas claiming the same messages wait for each other instead of deadlocking.
        var ids = batch.Select(received => received.MessageId).Distinct().Order().ToArray();
        await using var command = new NpgsqlCommand("INSERT INTO inbox (message_id, claimed_at) SELECT id, $2 FROM unnest($1) AS id ON CONFLICT DO NOTHING RETURNING message_id", connection, transaction)
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = ids }, new NpgsqlParameter<DateTimeOffset> { TypedValue = _clock.GetUtcNow() } },
        };
        var claimed = new HashSet<Guid>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            claimed.Add(rows.GetGuid(0));
        }

        return claimed;
    }

    private static async Task WriteOutboxAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { OutboxSql.Insert(messages) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
