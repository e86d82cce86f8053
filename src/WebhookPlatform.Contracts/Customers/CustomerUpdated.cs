namespace WebhookPlatform.Contracts.Customers;

/// <summary>A customer's or contact's details changed.</summary>
/// <param name="CustomerId">The provider's id of the customer or contact; also the event's subject.</param>
/// <param name="Name">Name as the provider tells it, where there is one.</param>
/// <param name="Email">E-mail address, where there is one.</param>
public sealed record CustomerUpdated(
    EventMetadata Metadata,
    string CustomerId,
    string? Name = null,
    string? Email = null) : IDomainEvent;
