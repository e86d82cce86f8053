namespace WebhookPlatform.Contracts.Code;

/// <summary>A release, package version or image was published.</summary>
/// <param name="Project">Repository, package or image; <c>project@version</c> is the event's subject.</param>
/// <param name="Version">Tag or version.</param>
/// <param name="Title">The release's title, where there is one.</param>
/// <param name="PublishedBy">Who published it.</param>
/// <param name="Url">Its page.</param>
public sealed record ReleasePublished(
    EventMetadata Metadata,
    string Project,
    string Version,
    string? Title = null,
    string? PublishedBy = null,
    string? Url = null) : IDomainEvent;
