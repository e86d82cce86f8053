namespace WebhookPlatform.Contracts.Payments;

/// <summary>A customer or bank disputed a payment: a chargeback or an inquiry was opened.</summary>
/// <param name="PaymentId">The provider's id of the payment; also the event's subject.</param>
/// <param name="Amount">What is disputed.</param>
/// <param name="DisputeId">The provider's id of the dispute, where it is known.</param>
/// <param name="Reason">The provider's reason, e.g. <c>fraudulent</c>, where it is known.</param>
public sealed record PaymentDisputed(
    EventMetadata Metadata,
    string PaymentId,
    Money Amount,
    string? DisputeId = null,
    string? Reason = null) : IDomainEvent;
