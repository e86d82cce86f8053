namespace WebhookPlatform.Contracts.Payments;

/// <summary>An attempt to pay was declined or failed; the same payment may still complete later.</summary>
/// <param name="PaymentId">The provider's id of the payment; also the event's subject.</param>
/// <param name="Amount">What was to be paid.</param>
/// <param name="FailureCode">The provider's machine-readable reason, e.g. <c>card_declined</c>.</param>
/// <param name="FailureMessage">The provider's reason in words.</param>
/// <param name="OrderId">The merchant's or provider's order reference, where there is one.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
public sealed record PaymentFailed(
    EventMetadata Metadata,
    string PaymentId,
    Money Amount,
    string? FailureCode = null,
    string? FailureMessage = null,
    string? OrderId = null,
    string? CustomerId = null) : IDomainEvent;
