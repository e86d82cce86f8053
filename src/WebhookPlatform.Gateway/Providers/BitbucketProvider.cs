using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Bitbucket Cloud signs the raw body (HMAC-SHA256, hex): <c>X-Hub-Signature: sha256=…</c>, which is missing where the webhook has no secret. The type is the header <c>X-Event-Key</c>.
/// A push may change several branches and tags: each is an event. People have no login names any more, so they are told by nickname.
/// See support.atlassian.com/bitbucket-cloud/docs/event-payloads and …/manage-webhooks.
/// </summary>
public sealed class BitbucketProvider : IWebhookProvider
{
    private const string IdHeader = "X-Request-UUID";
    private const string EventHeader = "X-Event-Key";
    private const string NoCommit = "0000000000000000000000000000000000000000";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Repository = Fields.Add("repository.full_name");
    private static readonly JsonField Actor = Fields.Add("actor.nickname");
    private static readonly JsonField ActorName = Fields.Add("actor.display_name");
    private static readonly JsonField Changes = Fields.Add("push.changes");

    private static readonly JsonField PullId = Fields.Add("pullrequest.id");
    private static readonly JsonField PullTitle = Fields.Add("pullrequest.title");
    private static readonly JsonField PullAuthor = Fields.Add("pullrequest.author.nickname");
    private static readonly JsonField PullAuthorName = Fields.Add("pullrequest.author.display_name");
    private static readonly JsonField SourceBranch = Fields.Add("pullrequest.source.branch.name");
    private static readonly JsonField TargetBranch = Fields.Add("pullrequest.destination.branch.name");
    private static readonly JsonField MergeCommit = Fields.Add("pullrequest.merge_commit.hash");
    private static readonly JsonField PullUrl = Fields.Add("pullrequest.links.html.href");
    private static readonly JsonField PullCreatedOn = Fields.Add("pullrequest.created_on");
    private static readonly JsonField PullUpdatedOn = Fields.Add("pullrequest.updated_on");

    private static readonly JsonField IssueId = Fields.Add("issue.id");
    private static readonly JsonField IssueTitle = Fields.Add("issue.title");
    private static readonly JsonField IssueUrl = Fields.Add("issue.links.html.href");
    private static readonly JsonField IssueCreatedOn = Fields.Add("issue.created_on");
    private static readonly JsonField IssueUpdatedOn = Fields.Add("issue.updated_on");
    private static readonly JsonField OldStatus = Fields.Add("changes.status.old");
    private static readonly JsonField NewStatus = Fields.Add("changes.status.new");

    private static readonly JsonField BuildKey = Fields.Add("commit_status.key");
    private static readonly JsonField BuildState = Fields.Add("commit_status.state");
    private static readonly JsonField BuildName = Fields.Add("commit_status.name");
    private static readonly JsonField BuildBranch = Fields.Add("commit_status.refname");
    private static readonly JsonField BuildCommit = Fields.Add("commit_status.commit.hash");
    private static readonly JsonField BuildUrl = Fields.Add("commit_status.url");
    private static readonly JsonField BuildUpdatedOn = Fields.Add("commit_status.updated_on");

    private static readonly JsonFields ChangeFields = new();
    private static readonly JsonField NewType = ChangeFields.Add("new.type");
    private static readonly JsonField NewName = ChangeFields.Add("new.name");
    private static readonly JsonField NewHash = ChangeFields.Add("new.target.hash");
    private static readonly JsonField OldType = ChangeFields.Add("old.type");
    private static readonly JsonField OldName = ChangeFields.Add("old.name");
    private static readonly JsonField OldHash = ChangeFields.Add("old.target.hash");
    private static readonly JsonField Commits = ChangeFields.Add("commits");
    private static readonly JsonField ChangeUrl = ChangeFields.Add("links.html.href");

    public string Name => "bitbucket";

    public IReadOnlyList<string> KeptHeaders { get; } = [IdHeader, EventHeader, "X-Hook-UUID", "X-Attempt-Number"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("repo:push", nameof(CodePushed), "the receipt", "for each branch and tag"),
        new("pullrequest:created", nameof(PullRequestOpened), "`pullrequest.created_on`"),
        new("pullrequest:fulfilled", nameof(PullRequestMerged), "`pullrequest.updated_on`"),
        new("issue:created", nameof(IssueOpened), "`issue.created_on`"),
        new("issue:updated", nameof(IssueClosed), "`issue.updated_on`", "if its status changed from an open to a closed one"),
        new("repo:commit_status_created", nameof(BuildFinished), "`commit_status.updated_on`", "if it ended"),
        new("repo:commit_status_updated", nameof(BuildFinished), "`commit_status.updated_on`", "if it ended"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => HubSignature.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var id = CleanText.Name(request.Header(IdHeader));
        var type = CleanText.Name(request.Header(EventHeader)) ?? Webhook.UnknownType;
        var json = Fields.Read(request.Body.Span);
        if (type is "repo:push")
        {
            return new Webhook(id, type, null, json.Name(Repository), Pushed(json));
        }

        var draft = type switch
        {
            "pullrequest:created" => Opened(json),
            "pullrequest:fulfilled" => Merged(json),
            "issue:created" => OpenedIssue(json),
            "issue:updated" when IsOpen(json.Text(OldStatus)) && IsClosed(json.Text(NewStatus)) => ClosedIssue(json),
            "repo:commit_status_created" or "repo:commit_status_updated" => Finished(json),
            _ => null,
        };
        return new Webhook(id, type, draft?.OccurredAt, draft?.Subject ?? json.Name(Repository), draft is null ? [] : [draft]);
    }

    private static List<EventDraft> Pushed(in JsonValues json)
    {
        var drafts = new List<EventDraft>();
        if (json.Name(Repository) is not { } repository)
        {
            return drafts;
        }

        var pushedBy = json.Text(Actor) ?? json.Text(ActorName);
        foreach (var item in json.Items(Changes))
        {
            if (Pushed(ChangeFields.Read(item), repository, pushedBy) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return drafts;
    }

    private static EventDraft? Pushed(in JsonValues change, string repository, string? pushedBy)
    {
        var (before, after) = (change.Name(OldHash), change.Name(NewHash));
        var name = CleanText.Bounded(change.Text(NewName) ?? change.Text(OldName), 400);
        var folder = (change.Text(NewType) ?? change.Text(OldType)) switch
        {
            "branch" => "heads",
            "tag" or "annotated_tag" => "tags",
            _ => null,
        };
        if (name is null || folder is null || (before is null && after is null))
        {
            return null;
        }

        var count = 0;
        foreach (var _ in change.Items(Commits))
        {
            count++;
        }

        var (reference, url) = ($"refs/{folder}/{name}", change.Text(ChangeUrl));
        return EventDraft.Of(
            $"{repository}:{reference}",
            metadata => new CodePushed(metadata, repository, reference, before ?? NoCommit, after ?? NoCommit, count, pushedBy, url));
    }

    private static EventDraft? Opened(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.WholeNumber(PullId) is not (> 0 and <= int.MaxValue and var number) || json.Text(PullTitle) is not { } title)
        {
            return null;
        }

        var (author, from, into, url) = (json.Text(PullAuthor) ?? json.Text(PullAuthorName), json.Text(SourceBranch), json.Text(TargetBranch), json.Text(PullUrl));
        return EventDraft.Of(
            $"{repository}#{number}",
            metadata => new PullRequestOpened(metadata, repository, (int)number, title, author, from, into, url),
            json.Time(PullCreatedOn));
    }

    private static EventDraft? Merged(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.WholeNumber(PullId) is not (> 0 and <= int.MaxValue and var number) || json.Text(PullTitle) is not { } title)
        {
            return null;
        }

        var (mergedBy, commit, into, url) = (json.Text(Actor) ?? json.Text(ActorName), json.Text(MergeCommit), json.Text(TargetBranch), json.Text(PullUrl));
        return EventDraft.Of(
            $"{repository}#{number}",
            metadata => new PullRequestMerged(metadata, repository, (int)number, title, mergedBy, commit, into, url),
            json.Time(PullUpdatedOn));
    }

    private static EventDraft? OpenedIssue(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.Name(IssueId) is not { } number || json.Text(IssueTitle) is not { } title)
        {
            return null;
        }

        var (author, url) = (json.Text(Actor) ?? json.Text(ActorName), json.Text(IssueUrl));
        return EventDraft.Of($"{repository}#{number}", metadata => new IssueOpened(metadata, repository, number, title, author, url), json.Time(IssueCreatedOn));
    }

    private static EventDraft? ClosedIssue(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.Name(IssueId) is not { } number || json.Text(IssueTitle) is not { } title)
        {
            return null;
        }

        var (closedBy, url) = (json.Text(Actor) ?? json.Text(ActorName), json.Text(IssueUrl));
        return EventDraft.Of($"{repository}#{number}", metadata => new IssueClosed(metadata, repository, number, title, closedBy, url), json.Time(IssueUpdatedOn));
    }

    private static EventDraft? Finished(in JsonValues json)
    {
        var outcome = json.Text(BuildState) switch
        {
            "SUCCESSFUL" => "succeeded",
            "FAILED" => "failed",
            "STOPPED" => "cancelled",
            _ => null,
        };
        if (outcome is null || json.Name(Repository) is not { } repository || json.Name(BuildKey) is not { } build)
        {
            return null;
        }

        var (name, branch, commit, url) = (json.Text(BuildName), json.Text(BuildBranch), json.Text(BuildCommit), json.Text(BuildUrl));
        return EventDraft.Of(
            $"{repository}#{build}",
            metadata => new BuildFinished(metadata, repository, build, outcome, name, branch, commit, url),
            json.Time(BuildUpdatedOn));
    }

    private static bool IsOpen(string? status) => status is "new" or "open" or "on hold" or "submitted";

    private static bool IsClosed(string? status) => status is "resolved" or "closed" or "invalid" or "duplicate" or "wontfix";
}
