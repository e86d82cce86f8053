using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Automation.Runs;
using WebhookPlatform.Automation.Storage;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Effects;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Automation.Consumers;

/// <summary>Makes a run for every enabled rule that an event matches. It executes nothing: whether the run succeeds is the worker's business.</summary>
public sealed class RunPlanner(RunWorker worker, TimeProvider clock) : IEffectHandler<AutomationDbContext>
{
    public async Task ApplyAsync(EffectScope<AutomationDbContext> scope, CancellationToken cancellationToken)
    {
        var events = scope.Messages.Where(received => received.Message is IDomainEvent).ToList();
        var types = events.Select(received => received.Message.GetType().Name).Append(Rule.AnyEvent).Distinct(StringComparer.Ordinal).ToList();
        var rules = await scope.Db.Rules.AsNoTracking().Where(rule => rule.Enabled && types.Contains(rule.EventType)).OrderBy(rule => rule.CreatedAt).ToListAsync(cancellationToken);
        if (rules.Count == 0)
        {
            return;
        }

        var planned = Plan(events, rules);
        var ids = planned.Keys.ToList();
        var known = ids.Count == 0 ? [] : await scope.Db.Runs.Where(run => ids.Contains(run.Id)).Select(run => run.Id).ToListAsync(cancellationToken);
        known.ForEach(id => planned.Remove(id));
        foreach (var (run, cause) in planned.Values)
        {
            scope.Db.Runs.Add(run);
            var effect = RunEffects.Planned(run, run.CreatedAt);
            scope.Publish(effect, effect.EffectId, cause);
        }

        if (planned.Count > 0)
        {
            var count = planned.Count;
            scope.OnCommitted(() =>
            {
                RunMetrics.Planned(count);
                worker.Wake();
            });
        }
    }

    // By id: an event that comes again under another message id, after the inbox has forgotten it or by a replay, makes no second run.
    private Dictionary<Guid, (Run Run, Received Cause)> Plan(List<Received> events, List<Rule> rules)
    {
        var planned = new Dictionary<Guid, (Run, Received)>();
        foreach (var received in events)
        {
            var document = EventDocument.Of((IDomainEvent)received.Message, received.Json);
            foreach (var rule in rules.Where(rule => rule.Matches(document)))
            {
                var run = Run.For(rule, document, clock.GetUtcNow(), received.Trace);
                planned.TryAdd(run.Id, (run, received));
            }
        }

        return planned;
    }
}
