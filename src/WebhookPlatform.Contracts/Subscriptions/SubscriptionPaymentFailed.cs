using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Contracts.Subscriptions;

/// <summary>A recurring payment failed; the provider may try again.</summary>
/// <param name="SubscriptionId">The provider's id of the subscription; also the event's subject.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
/// <param name="Plan">What is subscribed to, as the provider tells it.</param>
/// <param name="Amount">What should have been paid, where it is known.</param>
/// <param name="FailureMessage">The provider's explanation, where there is one.</param>
public sealed record SubscriptionPaymentFailed(
    EventMetadata Metadata,
    string SubscriptionId,
    string? CustomerId = null,
    string? Plan = null,
    Money? Amount = null,
    string? FailureMessage = null) : IDomainEvent;
