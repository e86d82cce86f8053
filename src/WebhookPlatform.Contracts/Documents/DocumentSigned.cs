namespace WebhookPlatform.Contracts.Documents;

/// <summary>A document was signed by everybody.</summary>
/// <param name="DocumentId">The provider's id of the document or envelope; also the event's subject.</param>
/// <param name="Title">Its subject or name.</param>
/// <param name="Signer">Who signed last, where it is known.</param>
public sealed record DocumentSigned(
    EventMetadata Metadata,
    string DocumentId,
    string? Title = null,
    string? Signer = null) : IDomainEvent;
