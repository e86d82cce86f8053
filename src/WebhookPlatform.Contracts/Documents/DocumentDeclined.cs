namespace WebhookPlatform.Contracts.Documents;

/// <summary>Somebody declined to sign a document, or it was voided.</summary>
/// <param name="DocumentId">The provider's id of the document or envelope; also the event's subject.</param>
/// <param name="Title">Its subject or name.</param>
/// <param name="DeclinedBy">Who declined, where it is known.</param>
/// <param name="Reason">Why, where it is known.</param>
public sealed record DocumentDeclined(
    EventMetadata Metadata,
    string DocumentId,
    string? Title = null,
    string? DeclinedBy = null,
    string? Reason = null) : IDomainEvent;
