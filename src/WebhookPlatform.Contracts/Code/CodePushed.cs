namespace WebhookPlatform.Contracts.Code;

/// <summary>Commits, a branch or a tag were pushed to a repository.</summary>
/// <param name="Repository">Full name, e.g. <c>octo-org/widgets</c>.</param>
/// <param name="Reference">The full reference, e.g. <c>refs/heads/main</c> or <c>refs/tags/v1.2</c>; with the repository the event's subject.</param>
/// <param name="Before">Commit before the push; 40 zeros where the reference is new.</param>
/// <param name="After">Commit after the push; 40 zeros where the reference was deleted.</param>
/// <param name="CommitCount">Commits listed in the push.</param>
/// <param name="PushedBy">Who pushed, by login name.</param>
/// <param name="Url">Page that shows the change.</param>
public sealed record CodePushed(
    EventMetadata Metadata,
    string Repository,
    string Reference,
    string Before,
    string After,
    int CommitCount,
    string? PushedBy = null,
    string? Url = null) : IDomainEvent;
