using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// GitLab signs by Standard Webhooks with a signing token (<c>whsec_…</c>), or sends a secret token along (<c>X-Gitlab-Token</c>), which does not cover the body. While a hook moves from one to the other both may be configured;
/// a request that presents a signature is judged by that alone. The type is the body's kind and, where there is one, its action or status: <c>merge_request.open</c>.
/// See docs.gitlab.com/user/project/integrations/webhooks and …/webhook_events.
/// </summary>
public sealed class GitLabProvider : IWebhookProvider
{
    private const string TokenHeader = "X-Gitlab-Token";
    private const string IdHeader = StandardWebhooksScheme.Prefix + "id";
    private const string SignatureHeader = StandardWebhooksScheme.Prefix + "signature";
    private const string KeyHeader = "Idempotency-Key";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Kind = Fields.Add("object_kind");
    private static readonly JsonField Project = Fields.Add("project.path_with_namespace");
    private static readonly JsonField User = Fields.Add("user.username");

    private static readonly JsonField Reference = Fields.Add("ref");
    private static readonly JsonField Before = Fields.Add("before");
    private static readonly JsonField After = Fields.Add("after");
    private static readonly JsonField Commits = Fields.Add("commits");
    private static readonly JsonField CommitCount = Fields.Add("total_commits_count");
    private static readonly JsonField Pusher = Fields.Add("user_username");

    private static readonly JsonField Action = Fields.Add("object_attributes.action");
    private static readonly JsonField Id = Fields.Add("object_attributes.id");
    private static readonly JsonField Number = Fields.Add("object_attributes.iid");
    private static readonly JsonField Title = Fields.Add("object_attributes.title");
    private static readonly JsonField Url = Fields.Add("object_attributes.url");
    private static readonly JsonField CreatedAt = Fields.Add("object_attributes.created_at");
    private static readonly JsonField UpdatedAt = Fields.Add("object_attributes.updated_at");
    private static readonly JsonField ClosedAt = Fields.Add("object_attributes.closed_at");
    private static readonly JsonField SourceBranch = Fields.Add("object_attributes.source_branch");
    private static readonly JsonField TargetBranch = Fields.Add("object_attributes.target_branch");
    private static readonly JsonField MergeCommit = Fields.Add("object_attributes.merge_commit_sha");

    private static readonly JsonField PipelineName = Fields.Add("object_attributes.name");
    private static readonly JsonField Status = Fields.Add("object_attributes.status");
    private static readonly JsonField Branch = Fields.Add("object_attributes.ref");
    private static readonly JsonField Commit = Fields.Add("object_attributes.sha");
    private static readonly JsonField FinishedAt = Fields.Add("object_attributes.finished_at");

    private static readonly JsonField ReleaseAction = Fields.Add("action");
    private static readonly JsonField Tag = Fields.Add("tag");
    private static readonly JsonField ReleaseName = Fields.Add("name");
    private static readonly JsonField ReleaseUrl = Fields.Add("url");
    private static readonly JsonField ReleaseCreatedAt = Fields.Add("created_at");

    public string Name => "gitlab";

    public IReadOnlyList<string> KeptHeaders { get; } = [KeyHeader, IdHeader, "X-Gitlab-Event", "X-Gitlab-Event-UUID", "X-Gitlab-Webhook-UUID", "X-Gitlab-Instance"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("push", nameof(CodePushed), "the receipt"),
        new("tag_push", nameof(CodePushed), "the receipt"),
        new("merge_request.open", nameof(PullRequestOpened), "`object_attributes.created_at`"),
        new("merge_request.merge", nameof(PullRequestMerged), "`object_attributes.updated_at`"),
        new("issue.open", nameof(IssueOpened), "`object_attributes.created_at`"),
        new("issue.close", nameof(IssueClosed), "`object_attributes.closed_at`, else its `updated_at`"),
        new("release.create", nameof(ReleasePublished), "`created_at`"),
        new("pipeline.success", nameof(BuildFinished), "`object_attributes.finished_at`"),
        new("pipeline.failed", nameof(BuildFinished), "`object_attributes.finished_at`"),
        new("pipeline.canceled", nameof(BuildFinished), "`object_attributes.finished_at`"),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        foreach (var finding in SourceChecks.Secrets(source))
        {
            yield return finding;
        }

        for (var i = 0; i < source.Secrets.Count; i++)
        {
            if (IsSigningToken(source.Secrets[i]) && StandardWebhooksSecret.Check(source.Secrets[i]) is { } problem)
            {
                yield return $"Secrets:{i} {problem}";
            }
        }
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (request.Headers.ContainsKey(SignatureHeader))
        {
            return StandardWebhooksScheme.Verify(request, source, now);
        }

        if (source.Secrets.All(IsSigningToken))
        {
            return VerificationFailure.MissingHeader;
        }

        if (!request.TryGetSingle(TokenHeader, out var token, out var failure))
        {
            return failure;
        }

        // A signing token is never sent: who sends it has it from somewhere else.
        var secret = SharedToken.FindSecret(token, source.Secrets);
        return secret < 0 || IsSigningToken(source.Secrets[secret]) ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        // Both are the same; the former is signed where there is a signature.
        var id = CleanText.Name(request.Header(IdHeader)) ?? CleanText.Name(request.Header(KeyHeader));
        var json = Fields.Read(request.Body.Span);
        var kind = json.Name(Kind) ?? Webhook.UnknownType;
        var detail = kind switch
        {
            "release" => json.Name(ReleaseAction),
            "pipeline" => json.Name(Status),
            _ => json.Name(Action),
        };
        var draft = (kind, detail) switch
        {
            ("push" or "tag_push", _) => Pushed(json),
            ("merge_request", "open") => Opened(json),
            ("merge_request", "merge") => Merged(json),
            ("issue", "open") => OpenedIssue(json),
            ("issue", "close") => ClosedIssue(json),
            ("release", "create") => Published(json),
            ("pipeline", "success") => Finished(json, "succeeded"),
            ("pipeline", "failed") => Finished(json, "failed"),
            ("pipeline", "canceled") => Finished(json, "cancelled"),
            _ => null,
        };
        var type = detail is null ? kind : CleanText.Name($"{kind}.{detail}") ?? kind;
        return new Webhook(id, type, draft?.OccurredAt, draft?.Subject ?? json.Name(Project), draft is null ? [] : [draft]);
    }

    private static bool IsSigningToken(SourceSecret secret) => secret.Text.StartsWith(StandardWebhooksSecret.SharedPrefix, StringComparison.Ordinal);

    private static EventDraft? Pushed(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || CleanText.Bounded(json.Text(Reference), 500) is not { } reference
            || json.Name(Before) is not { } before || json.Name(After) is not { } after)
        {
            return null;
        }

        // At most twenty are listed; the count is of all.
        var count = json.WholeNumber(CommitCount) is >= 0 and <= int.MaxValue and var total ? (int)total : 0;
        if (count == 0)
        {
            foreach (var _ in json.Items(Commits))
            {
                count++;
            }
        }

        var pushedBy = json.Text(Pusher);
        return EventDraft.Of($"{project}:{reference}", metadata => new CodePushed(metadata, project, reference, before, after, count, pushedBy));
    }

    private static EventDraft? Opened(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || json.WholeNumber(Number) is not (> 0 and <= int.MaxValue and var number) || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (author, from, into, url) = (json.Text(User), json.Text(SourceBranch), json.Text(TargetBranch), json.Text(Url));
        return EventDraft.Of(
            $"{project}#{number}",
            metadata => new PullRequestOpened(metadata, project, (int)number, title, author, from, into, url),
            json.Time(CreatedAt));
    }

    private static EventDraft? Merged(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || json.WholeNumber(Number) is not (> 0 and <= int.MaxValue and var number) || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (mergedBy, commit, into, url) = (json.Text(User), json.Text(MergeCommit), json.Text(TargetBranch), json.Text(Url));
        return EventDraft.Of(
            $"{project}#{number}",
            metadata => new PullRequestMerged(metadata, project, (int)number, title, mergedBy, commit, into, url),
            json.Time(UpdatedAt));
    }

    private static EventDraft? OpenedIssue(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || json.Name(Number) is not { } number || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (author, url) = (json.Text(User), json.Text(Url));
        return EventDraft.Of($"{project}#{number}", metadata => new IssueOpened(metadata, project, number, title, author, url), json.Time(CreatedAt));
    }

    private static EventDraft? ClosedIssue(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || json.Name(Number) is not { } number || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (closedBy, url) = (json.Text(User), json.Text(Url));
        return EventDraft.Of(
            $"{project}#{number}",
            metadata => new IssueClosed(metadata, project, number, title, closedBy, url),
            json.Time(ClosedAt) ?? json.Time(UpdatedAt));
    }

    private static EventDraft? Published(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || json.Name(Tag) is not { } version)
        {
            return null;
        }

        var (title, url) = (json.Text(ReleaseName), json.Text(ReleaseUrl));
        return EventDraft.Of($"{project}@{version}", metadata => new ReleasePublished(metadata, project, version, title, Url: url), json.Time(ReleaseCreatedAt));
    }

    private static EventDraft? Finished(in JsonValues json, string outcome)
    {
        if (json.Name(Project) is not { } project || json.Name(Id) is not { } pipeline)
        {
            return null;
        }

        var (name, branch, commit, url) = (json.Text(PipelineName), json.Text(Branch), json.Text(Commit), json.Text(Url));
        return EventDraft.Of(
            $"{project}#{pipeline}",
            metadata => new BuildFinished(metadata, project, pipeline, outcome, name, branch, commit, url),
            json.Time(FinishedAt));
    }
}
