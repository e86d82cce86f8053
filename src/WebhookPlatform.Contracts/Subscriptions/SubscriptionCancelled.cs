namespace WebhookPlatform.Contracts.Subscriptions;

/// <summary>A subscription ended, or was set to end.</summary>
/// <param name="SubscriptionId">The provider's id of the subscription; also the event's subject.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
/// <param name="Plan">What was subscribed to, as the provider tells it.</param>
/// <param name="Reason">The provider's reason, where there is one.</param>
/// <param name="EndsAt">When access ends, where it is known.</param>
public sealed record SubscriptionCancelled(
    EventMetadata Metadata,
    string SubscriptionId,
    string? CustomerId = null,
    string? Plan = null,
    string? Reason = null,
    DateTimeOffset? EndsAt = null) : IDomainEvent;
