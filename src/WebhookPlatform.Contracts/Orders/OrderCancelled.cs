namespace WebhookPlatform.Contracts.Orders;

/// <summary>An order was cancelled.</summary>
/// <param name="OrderId">The provider's id of the order; also the event's subject.</param>
/// <param name="Number">The number people see, where there is one.</param>
/// <param name="Reason">The provider's reason, where there is one.</param>
public sealed record OrderCancelled(
    EventMetadata Metadata,
    string OrderId,
    string? Number = null,
    string? Reason = null) : IDomainEvent;
