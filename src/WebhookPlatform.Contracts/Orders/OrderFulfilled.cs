namespace WebhookPlatform.Contracts.Orders;

/// <summary>All or part of an order was shipped or otherwise fulfilled.</summary>
/// <param name="OrderId">The provider's id of the order; also the event's subject.</param>
/// <param name="Number">The number people see, where there is one.</param>
/// <param name="TrackingNumber">The carrier's number, where there is one.</param>
/// <param name="Carrier">Who carries it, where it is known.</param>
public sealed record OrderFulfilled(
    EventMetadata Metadata,
    string OrderId,
    string? Number = null,
    string? TrackingNumber = null,
    string? Carrier = null) : IDomainEvent;
