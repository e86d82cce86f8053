namespace WebhookPlatform.Contracts.Code;

/// <summary>An issue or ticket was closed or done.</summary>
/// <param name="Project">Repository, project or team it belongs to; <c>project#key</c> is the event's subject.</param>
/// <param name="Key">Its number or key there.</param>
/// <param name="Title">The title when it was closed.</param>
/// <param name="ClosedBy">Who closed it.</param>
/// <param name="Url">Its page.</param>
public sealed record IssueClosed(
    EventMetadata Metadata,
    string Project,
    string Key,
    string Title,
    string? ClosedBy = null,
    string? Url = null) : IDomainEvent;
