using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Contracts.Subscriptions;

/// <summary>A subscription entered another paid period.</summary>
/// <param name="SubscriptionId">The provider's id of the subscription; also the event's subject.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
/// <param name="Plan">What is subscribed to, as the provider tells it.</param>
/// <param name="Amount">What was paid for the period, where it is known.</param>
/// <param name="PeriodEnd">When the new period ends, where it is known.</param>
public sealed record SubscriptionRenewed(
    EventMetadata Metadata,
    string SubscriptionId,
    string? CustomerId = null,
    string? Plan = null,
    Money? Amount = null,
    DateTimeOffset? PeriodEnd = null) : IDomainEvent;
