namespace WebhookPlatform.Contracts.Documents;

/// <summary>A document was sent for signing.</summary>
/// <param name="DocumentId">The provider's id of the document or envelope; also the event's subject.</param>
/// <param name="Title">Its subject or name.</param>
/// <param name="Sender">Who sent it.</param>
public sealed record DocumentSent(
    EventMetadata Metadata,
    string DocumentId,
    string? Title = null,
    string? Sender = null) : IDomainEvent;
