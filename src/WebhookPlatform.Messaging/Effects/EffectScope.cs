using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Effects;

/// <summary>A message from the broker.</summary>
/// <param name="MessageId">The same on every redelivery.</param>
/// <param name="Message">A contract, e.g. a <c>PaymentCompleted</c>.</param>
/// <param name="Trace">The trace it belongs to; default when nobody traces.</param>
/// <param name="Json">The contract as it came, UTF-8 JSON.</param>
public sealed record Received(Guid MessageId, object Message, ActivityContext Trace, ReadOnlyMemory<byte> Json);

/// <summary>What a service does about messages. Resolved from a scope per transaction.</summary>
public interface IEffectHandler<TContext>
    where TContext : DbContext
{
    /// <summary>
    /// Applies messages that were never applied before, through <see cref="EffectScope{TContext}.Db"/> and <see cref="EffectScope{TContext}.Publish"/> only:
    /// all of it is committed together with the claims on the messages, or none. May run again for the same messages when the commit failed.
    /// </summary>
    /// <exception cref="Exception">Any: the messages are tried one by one, and one that goes on failing ends in the error queue.</exception>
    Task ApplyAsync(EffectScope<TContext> scope, CancellationToken cancellationToken);
}

/// <summary>One transaction's worth of messages and what may be done with them.</summary>
public sealed class EffectScope<TContext>
    where TContext : DbContext
{
    private readonly List<OutboxMessage> _outbox = [];
    private readonly List<Action> _committed = [];

    internal EffectScope(TContext db, IReadOnlyList<Received> messages)
    {
        Db = db;
        Messages = messages;
    }

    /// <summary>The context inside the open transaction; changes are saved for you.</summary>
    public TContext Db { get; }

    /// <summary>New messages only, in order of arrival, of all kinds the service listens to.</summary>
    public IReadOnlyList<Received> Messages { get; }

    internal IReadOnlyList<OutboxMessage> Outbox => _outbox;

    /// <summary>Publishes a contract after the commit, through the outbox, in the trace of <paramref name="cause"/>.</summary>
    /// <param name="messageId">Must be the same when the same effect is told again.</param>
    public void Publish(object message, Guid messageId, Received cause) => _outbox.Add(OutboxMessage.For(message, messageId, cause.Trace));

    /// <summary>Runs after the commit, e.g. to wake a worker. Must be quick and must not throw; it is not run when the process dies.</summary>
    public void OnCommitted(Action action) => _committed.Add(action);

    internal void RunCommitted() => _committed.ForEach(action => action());
}
