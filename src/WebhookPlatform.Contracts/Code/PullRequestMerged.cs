namespace WebhookPlatform.Contracts.Code;

/// <summary>A pull request was merged.</summary>
/// <param name="Repository">Full name, e.g. <c>octo-org/widgets</c>; <c>repository#number</c> is the event's subject.</param>
/// <param name="Number">The pull request's number in the repository.</param>
/// <param name="Title">The title when it was merged.</param>
/// <param name="MergedBy">Who merged it, by login name.</param>
/// <param name="MergeCommit">The resulting commit.</param>
/// <param name="TargetBranch">The branch it went into.</param>
/// <param name="Url">Its page.</param>
public sealed record PullRequestMerged(
    EventMetadata Metadata,
    string Repository,
    int Number,
    string Title,
    string? MergedBy = null,
    string? MergeCommit = null,
    string? TargetBranch = null,
    string? Url = null) : IDomainEvent;
