using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Contracts.Orders;

/// <summary>An order was placed.</summary>
/// <param name="OrderId">The provider's id of the order; also the event's subject.</param>
/// <param name="Amount">Its total, where it is known.</param>
/// <param name="Number">The number people see, where there is one.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
public sealed record OrderPlaced(
    EventMetadata Metadata,
    string OrderId,
    Money? Amount = null,
    string? Number = null,
    string? CustomerId = null) : IDomainEvent;
