namespace WebhookPlatform.Contracts.Files;

/// <summary>A file was deleted.</summary>
/// <param name="Container">Bucket, drive or share; <c>container/path</c> is the event's subject.</param>
/// <param name="Path">Key, path or id within the container, decoded.</param>
/// <param name="DeletedBy">Who deleted it, by the provider's principal id.</param>
public sealed record FileDeleted(
    EventMetadata Metadata,
    string Container,
    string Path,
    string? DeletedBy = null) : IDomainEvent;
