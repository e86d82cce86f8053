namespace WebhookPlatform.Contracts.Files;

/// <summary>A file's content or properties changed.</summary>
/// <param name="Container">Bucket, drive or share; <c>container/path</c> is the event's subject.</param>
/// <param name="Path">Key, path or id within the container, decoded.</param>
/// <param name="ChangedBy">Who changed it, by the provider's principal id.</param>
public sealed record FileChanged(
    EventMetadata Metadata,
    string Container,
    string Path,
    string? ChangedBy = null) : IDomainEvent;
