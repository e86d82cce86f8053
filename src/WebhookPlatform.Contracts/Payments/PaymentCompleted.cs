namespace WebhookPlatform.Contracts.Payments;

/// <summary>A payment was captured: the money is on its way to us.</summary>
/// <param name="PaymentId">The provider's id of the payment; also the event's subject.</param>
/// <param name="Amount">What was captured.</param>
/// <param name="OrderId">The merchant's or provider's order reference, where there is one.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
/// <param name="Description">The payment's description as shown to the customer, where there is one.</param>
public sealed record PaymentCompleted(
    EventMetadata Metadata,
    string PaymentId,
    Money Amount,
    string? OrderId = null,
    string? CustomerId = null,
    string? Description = null) : IDomainEvent;
