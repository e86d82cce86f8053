using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Contracts.Subscriptions;

/// <summary>A customer subscribed.</summary>
/// <param name="SubscriptionId">The provider's id of the subscription; also the event's subject.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
/// <param name="Plan">What was subscribed to: plan, price or product, by id or name as the provider tells it.</param>
/// <param name="Amount">The price of one period, where it is known.</param>
/// <param name="PeriodEnd">When the current period ends, where it is known.</param>
public sealed record SubscriptionStarted(
    EventMetadata Metadata,
    string SubscriptionId,
    string? CustomerId = null,
    string? Plan = null,
    Money? Amount = null,
    DateTimeOffset? PeriodEnd = null) : IDomainEvent;
