namespace WebhookPlatform.Contracts.Code;

/// <summary>A pull request was opened.</summary>
/// <param name="Repository">Full name, e.g. <c>octo-org/widgets</c>; <c>repository#number</c> is the event's subject.</param>
/// <param name="Number">The pull request's number in the repository.</param>
/// <param name="Title">The title when it was opened.</param>
/// <param name="Author">Who opened it, by login name.</param>
/// <param name="SourceBranch">The branch to merge.</param>
/// <param name="TargetBranch">The branch to merge into.</param>
/// <param name="Url">Its page.</param>
public sealed record PullRequestOpened(
    EventMetadata Metadata,
    string Repository,
    int Number,
    string Title,
    string? Author = null,
    string? SourceBranch = null,
    string? TargetBranch = null,
    string? Url = null) : IDomainEvent;
