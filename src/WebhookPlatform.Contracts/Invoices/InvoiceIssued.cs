using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Contracts.Invoices;

/// <summary>An invoice was finalized or sent.</summary>
/// <param name="InvoiceId">The provider's id of the invoice; also the event's subject.</param>
/// <param name="Amount">What is due, where it is known.</param>
/// <param name="Number">The number printed on it, where there is one.</param>
/// <param name="CustomerId">The provider's customer id, where there is one.</param>
/// <param name="SubscriptionId">The subscription it bills, where there is one.</param>
/// <param name="Url">Its page, where there is one.</param>
public sealed record InvoiceIssued(
    EventMetadata Metadata,
    string InvoiceId,
    Money? Amount = null,
    string? Number = null,
    string? CustomerId = null,
    string? SubscriptionId = null,
    string? Url = null) : IDomainEvent;
