using WebhookPlatform.Contracts.Code;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Reads GitHub's payloads, whose shape Gitea and Forgejo share: the type is a header's and, where there is one, the body's action, e.g. <c>pull_request.opened</c>.</summary>
public static class ForgeEvents
{
    private static readonly JsonFields Fields = new();
    private static readonly JsonField Action = Fields.Add("action");
    private static readonly JsonField Repository = Fields.Add("repository.full_name");
    private static readonly JsonField Sender = Fields.Add("sender.login");

    private static readonly JsonField Reference = Fields.Add("ref");
    private static readonly JsonField Before = Fields.Add("before");
    private static readonly JsonField After = Fields.Add("after");
    private static readonly JsonField Commits = Fields.Add("commits");
    private static readonly JsonField PushedAt = Fields.Add("repository.pushed_at");
    private static readonly JsonField HeadCommitTime = Fields.Add("head_commit.timestamp");
    private static readonly JsonField PusherName = Fields.Add("pusher.name");
    private static readonly JsonField PusherLogin = Fields.Add("pusher.login");
    private static readonly JsonField Compare = Fields.Add("compare");
    private static readonly JsonField CompareUrl = Fields.Add("compare_url");

    private static readonly JsonField PullNumber = Fields.Add("pull_request.number");
    private static readonly JsonField PullTitle = Fields.Add("pull_request.title");
    private static readonly JsonField PullAuthor = Fields.Add("pull_request.user.login");
    private static readonly JsonField SourceBranch = Fields.Add("pull_request.head.ref");
    private static readonly JsonField TargetBranch = Fields.Add("pull_request.base.ref");
    private static readonly JsonField PullUrl = Fields.Add("pull_request.html_url");
    private static readonly JsonField PullCreatedAt = Fields.Add("pull_request.created_at");
    private static readonly JsonField Merged = Fields.Add("pull_request.merged");
    private static readonly JsonField MergedAt = Fields.Add("pull_request.merged_at");
    private static readonly JsonField MergedBy = Fields.Add("pull_request.merged_by.login");
    private static readonly JsonField MergeCommit = Fields.Add("pull_request.merge_commit_sha");

    private static readonly JsonField IssueNumber = Fields.Add("issue.number");
    private static readonly JsonField IssueTitle = Fields.Add("issue.title");
    private static readonly JsonField IssueAuthor = Fields.Add("issue.user.login");
    private static readonly JsonField IssueUrl = Fields.Add("issue.html_url");
    private static readonly JsonField IssueCreatedAt = Fields.Add("issue.created_at");
    private static readonly JsonField IssueClosedAt = Fields.Add("issue.closed_at");

    private static readonly JsonField Tag = Fields.Add("release.tag_name");
    private static readonly JsonField ReleaseName = Fields.Add("release.name");
    private static readonly JsonField ReleaseAuthor = Fields.Add("release.author.login");
    private static readonly JsonField ReleaseUrl = Fields.Add("release.html_url");
    private static readonly JsonField PublishedAt = Fields.Add("release.published_at");

    private static readonly JsonField RunId = Fields.Add("workflow_run.id");
    private static readonly JsonField RunName = Fields.Add("workflow_run.name");
    private static readonly JsonField Conclusion = Fields.Add("workflow_run.conclusion");
    private static readonly JsonField RunBranch = Fields.Add("workflow_run.head_branch");
    private static readonly JsonField RunCommit = Fields.Add("workflow_run.head_sha");
    private static readonly JsonField RunUrl = Fields.Add("workflow_run.html_url");
    private static readonly JsonField RunUpdatedAt = Fields.Add("workflow_run.updated_at");

    /// <summary>What becomes of which type.</summary>
    public static IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("push", nameof(CodePushed), "`repository.pushed_at`, else `head_commit.timestamp`"),
        new("pull_request.opened", nameof(PullRequestOpened), "`pull_request.created_at`"),
        new("pull_request.closed", nameof(PullRequestMerged), "`pull_request.merged_at`", "if it was merged"),
        new("issues.opened", nameof(IssueOpened), "`issue.created_at`"),
        new("issues.closed", nameof(IssueClosed), "`issue.closed_at`"),
        new("release.published", nameof(ReleasePublished), "`release.published_at`"),
        new("workflow_run.completed", nameof(BuildFinished), "`workflow_run.updated_at`", "if it succeeded, failed or was cancelled"),
    ];

    /// <summary>Reads a webhook.</summary>
    /// <param name="id">The delivery's id, from its header.</param>
    /// <param name="type">The type without its action, from its header.</param>
    /// <param name="body">The payload as JSON.</param>
    public static Webhook Read(string? id, string type, ReadOnlySpan<byte> body)
    {
        var json = Fields.Read(body);
        if (!json.IsReadable)
        {
            return new Webhook(id, type, null, null, []);
        }

        var draft = (type, json.Name(Action)) switch
        {
            ("push", _) => Pushed(json),
            ("pull_request", "opened") => Opened(json),
            ("pull_request", "closed") when json.IsTrue(Merged) => MergedPullRequest(json),
            ("issues", "opened") => OpenedIssue(json),
            ("issues", "closed") => ClosedIssue(json),
            ("release", "published") => Published(json),
            ("workflow_run", "completed") => Finished(json),
            _ => null,
        };
        var fullType = json.Name(Action) is { } action ? CleanText.Name($"{type}.{action}") ?? type : type;
        return new Webhook(id, fullType, draft?.OccurredAt, draft?.Subject ?? json.Name(Repository), draft is null ? [] : [draft]);
    }

    private static EventDraft? Pushed(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || CleanText.Bounded(json.Text(Reference), 500) is not { } reference
            || json.Name(Before) is not { } before || json.Name(After) is not { } after)
        {
            return null;
        }

        var count = 0;
        foreach (var _ in json.Items(Commits))
        {
            count++;
        }

        var (pushedBy, url) = (json.Text(PusherLogin) ?? json.Text(PusherName) ?? json.Text(Sender), json.Text(Compare) ?? json.Text(CompareUrl));
        return EventDraft.Of(
            $"{repository}:{reference}",
            metadata => new CodePushed(metadata, repository, reference, before, after, count, pushedBy, url),
            // A commit may be much older than its push, and has its author's clock.
            json.Time(PushedAt) ?? json.Time(HeadCommitTime));
    }

    private static EventDraft? Opened(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.WholeNumber(PullNumber) is not (> 0 and <= int.MaxValue and var number) || json.Text(PullTitle) is not { } title)
        {
            return null;
        }

        var (author, from, into, url) = (json.Text(PullAuthor), json.Text(SourceBranch), json.Text(TargetBranch), json.Text(PullUrl));
        return EventDraft.Of(
            $"{repository}#{number}",
            metadata => new PullRequestOpened(metadata, repository, (int)number, title, author, from, into, url),
            json.Time(PullCreatedAt));
    }

    private static EventDraft? MergedPullRequest(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.WholeNumber(PullNumber) is not (> 0 and <= int.MaxValue and var number) || json.Text(PullTitle) is not { } title)
        {
            return null;
        }

        var (mergedBy, commit, into, url) = (json.Text(MergedBy), json.Text(MergeCommit), json.Text(TargetBranch), json.Text(PullUrl));
        return EventDraft.Of(
            $"{repository}#{number}",
            metadata => new PullRequestMerged(metadata, repository, (int)number, title, mergedBy, commit, into, url),
            json.Time(MergedAt));
    }

    private static EventDraft? OpenedIssue(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.Name(IssueNumber) is not { } number || json.Text(IssueTitle) is not { } title)
        {
            return null;
        }

        var (author, url) = (json.Text(IssueAuthor), json.Text(IssueUrl));
        return EventDraft.Of($"{repository}#{number}", metadata => new IssueOpened(metadata, repository, number, title, author, url), json.Time(IssueCreatedAt));
    }

    private static EventDraft? ClosedIssue(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.Name(IssueNumber) is not { } number || json.Text(IssueTitle) is not { } title)
        {
            return null;
        }

        var (closedBy, url) = (json.Text(Sender), json.Text(IssueUrl));
        return EventDraft.Of($"{repository}#{number}", metadata => new IssueClosed(metadata, repository, number, title, closedBy, url), json.Time(IssueClosedAt));
    }

    private static EventDraft? Published(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.Name(Tag) is not { } version)
        {
            return null;
        }

        var (title, author, url) = (json.Text(ReleaseName), json.Text(ReleaseAuthor), json.Text(ReleaseUrl));
        return EventDraft.Of($"{repository}@{version}", metadata => new ReleasePublished(metadata, repository, version, title, author, url), json.Time(PublishedAt));
    }

    private static EventDraft? Finished(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.Name(RunId) is not { } run || OutcomeOf(json.Text(Conclusion)) is not { } outcome)
        {
            return null;
        }

        var (name, branch, commit, url) = (json.Text(RunName), json.Text(RunBranch), json.Text(RunCommit), json.Text(RunUrl));
        return EventDraft.Of(
            $"{repository}#{run}",
            metadata => new BuildFinished(metadata, repository, run, outcome, name, branch, commit, url),
            json.Time(RunUpdatedAt));
    }

    // A run that was skipped, is neutral, went stale or waits for somebody has not ended well or badly.
    private static string? OutcomeOf(string? conclusion) => conclusion switch
    {
        "success" => "succeeded",
        "failure" or "timed_out" or "startup_failure" => "failed",
        "cancelled" => "cancelled",
        _ => null,
    };
}
