namespace WebhookPlatform.Contracts.Files;

/// <summary>A file was stored.</summary>
/// <param name="Container">Bucket, drive or share; <c>container/path</c> is the event's subject.</param>
/// <param name="Path">Key or path within the container, decoded.</param>
/// <param name="SizeBytes">Size in bytes, where it is known.</param>
/// <param name="ContentType">Media type, where it is known.</param>
/// <param name="ETag">The storage's version tag of the content, where there is one.</param>
/// <param name="UploadedBy">Who stored it, by the provider's principal id.</param>
public sealed record FileUploaded(
    EventMetadata Metadata,
    string Container,
    string Path,
    long? SizeBytes = null,
    string? ContentType = null,
    string? ETag = null,
    string? UploadedBy = null) : IDomainEvent;
