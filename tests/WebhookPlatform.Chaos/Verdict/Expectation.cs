using WebhookPlatform.Chaos.Cluster;
using WebhookPlatform.Chaos.Load;
using WebhookPlatform.Messaging;

namespace WebhookPlatform.Chaos.Verdict;

/// <summary>What must be in the services' tables, by the driver's own arithmetic.</summary>
internal sealed class Expectation
{
    private readonly IReadOnlyDictionary<string, (Webhook Webhook, Guid Delivery)> _acknowledged;
    private readonly List<(Webhook Webhook, Guid Delivery)> _effective;

    public Expectation(Ledger ledger)
    {
        _acknowledged = ledger.Acknowledged;
        var neighbours = ledger.Poison.DistinctBy(poison => poison.NeighbourDelivery).Select(poison => (poison.Neighbour, poison.NeighbourDelivery)).ToList();
        _effective = [.. _acknowledged.Values, .. neighbours];
        Neighbours = neighbours.Count;
    }

    /// <summary>Acknowledged webhooks.</summary>
    public int Accepted => _acknowledged.Count;

    /// <summary>Events that came past the gateway, beside poison.</summary>
    public int Neighbours { get; }

    /// <summary>Payment totals by day and currency.</summary>
    public Dictionary<(DateOnly Day, string Currency), PaymentTotals> Days() => _effective
        .GroupBy(entry => (entry.Webhook.Day, entry.Webhook.Currency), entry => entry.Webhook)
        .ToDictionary(group => group.Key, PaymentTotals.Of);

    /// <summary>What each payment has come to, whatever the order in which its events arrived.</summary>
    public Dictionary<(string PaymentId, string Currency), PaymentState> Payments() => _effective
        .GroupBy(entry => (entry.Webhook.PaymentId, entry.Webhook.Currency), entry => entry.Webhook)
        .ToDictionary(group => group.Key, PaymentState.Of);

    /// <summary>Typed events by contract name.</summary>
    public Dictionary<string, long> Events() => _effective
        .GroupBy(entry => $"Payment{entry.Webhook.Kind}", StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.LongCount(), StringComparer.Ordinal);

    /// <summary>What <c>/api/ledger</c> must say: every accepted webhook is two messages, itself and its typed event, to each consumer. What came past the gateway is not in its books.</summary>
    public Dictionary<string, long> Books()
    {
        var figures = new Dictionary<string, long>(StringComparer.Ordinal) { ["missing"] = 0, ["in flight"] = 0, ["stripe accepted"] = Accepted };
        foreach (var queue in Topology.Queues)
        {
            figures[$"stripe delivered to {queue}"] = 2 * Accepted;
        }

        return figures;
    }

    /// <summary>Notifications by subscription (none for those that a rule asked for) and delivery.</summary>
    public Dictionary<(Guid Subscription, Guid Delivery), string> Notifications(Matching matching) => Large(kind => kind switch
    {
        WebhookKind.Completed => matching.PaymentSubscription,
        WebhookKind.Failed => matching.FailureSubscription,
        _ => Guid.Empty,
    });

    /// <summary>Runs by rule and delivery.</summary>
    public Dictionary<(Guid Rule, Guid Delivery), string> Runs(Matching matching) => Large(kind => kind switch
    {
        WebhookKind.Completed => matching.PaymentRule,
        WebhookKind.Refunded => matching.RefundRule,
        _ => null,
    });

    /// <summary>Event ids for which the receiver must have been called.</summary>
    public HashSet<string> Calls() => [.. _effective.Where(entry => entry.Webhook is { IsLarge: true, Kind: WebhookKind.Completed }).Select(entry => entry.Webhook.EventId)];

    private Dictionary<(Guid Cause, Guid Delivery), string> Large(Func<WebhookKind, Guid?> cause) => _effective
        .Where(entry => entry.Webhook.IsLarge)
        .Select(entry => (Cause: cause(entry.Webhook.Kind), entry.Delivery))
        .Where(entry => entry.Cause is not null)
        .ToDictionary(entry => (entry.Cause!.Value, entry.Delivery), _ => "1 × Succeeded");
}

/// <summary>Counts and sums of one day in one currency.</summary>
internal sealed record PaymentTotals(long CompletedCount, long Completed, long FailedCount, long Failed, long RefundedCount, long Refunded)
{
    public static PaymentTotals Of(IEnumerable<Webhook> webhooks)
    {
        var byKind = webhooks.ToLookup(webhook => webhook.Kind, webhook => webhook.Amount);
        return new PaymentTotals(
            byKind[WebhookKind.Completed].LongCount(),
            byKind[WebhookKind.Completed].Sum(),
            byKind[WebhookKind.Failed].LongCount(),
            byKind[WebhookKind.Failed].Sum(),
            byKind[WebhookKind.Refunded].LongCount(),
            byKind[WebhookKind.Refunded].Sum());
    }
}

/// <summary>A payment by its events: the latest attempt decides, refunds add up.</summary>
/// <param name="Completed">Null while there are only refunds.</param>
internal sealed record PaymentState(bool? Completed, long? Amount, long Refunded)
{
    public static PaymentState Of(IEnumerable<Webhook> webhooks)
    {
        var all = webhooks.ToList();
        var latest = all.Where(webhook => webhook.Kind is not WebhookKind.Refunded).OrderBy(webhook => webhook.At).ThenBy(webhook => webhook.Kind is WebhookKind.Completed).LastOrDefault();
        return new PaymentState(latest is null ? null : latest.Kind is WebhookKind.Completed, latest?.Amount, all.Where(webhook => webhook.Kind is WebhookKind.Refunded).Sum(webhook => webhook.Amount));
    }
}
