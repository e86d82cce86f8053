namespace WebhookPlatform.Contracts.Payments;

/// <summary>A payment was authorized: the money is held, not yet captured.</summary>
/// <param name="PaymentId">The provider's id of the payment; also the event's subject.</param>
/// <param name="Amount">What was authorized.</param>
/// <param name="OrderId">The merchant's or provider's order reference, where there is one.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
/// <param name="Description">The payment's description, where there is one.</param>
public sealed record PaymentAuthorized(
    EventMetadata Metadata,
    string PaymentId,
    Money Amount,
    string? OrderId = null,
    string? CustomerId = null,
    string? Description = null) : IDomainEvent;
