namespace WebhookPlatform.Contracts.Payments;

/// <summary>Money went back to the payer, in whole or in part.</summary>
/// <param name="PaymentId">The provider's id of the refunded payment; also the event's subject.</param>
/// <param name="Amount">What this refund gave back (not the running total of all refunds).</param>
/// <param name="RefundId">The provider's id of the refund, where it is known.</param>
/// <param name="Reason">The provider's reason, where there is one.</param>
public sealed record PaymentRefunded(
    EventMetadata Metadata,
    string PaymentId,
    Money Amount,
    string? RefundId = null,
    string? Reason = null) : IDomainEvent;
