namespace WebhookPlatform.Contracts.Code;

/// <summary>An issue or ticket was opened.</summary>
/// <param name="Project">Repository, project or team it belongs to, e.g. <c>octo-org/widgets</c>; <c>project#key</c> is the event's subject.</param>
/// <param name="Key">Its number or key there, e.g. <c>42</c> or <c>ENG-42</c>.</param>
/// <param name="Title">The title when it was opened.</param>
/// <param name="Author">Who opened it.</param>
/// <param name="Url">Its page.</param>
public sealed record IssueOpened(
    EventMetadata Metadata,
    string Project,
    string Key,
    string Title,
    string? Author = null,
    string? Url = null) : IDomainEvent;
