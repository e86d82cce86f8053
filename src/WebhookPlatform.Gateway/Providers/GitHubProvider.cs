using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// GitHub signs the raw body (HMAC-SHA256, hex): <c>X-Hub-Signature-256: sha256=…</c>. The SHA-1 header it also sends is never looked at.
/// The body is JSON, or a form whose <c>payload</c> is that JSON. The type is the header <c>X-GitHub-Event</c> and, where there is one, the body's action: <c>pull_request.opened</c>.
/// </summary>
public sealed class GitHubProvider : IWebhookProvider
{
    private const string DeliveryHeader = "X-GitHub-Delivery";
    private const string EventHeader = "X-GitHub-Event";

    private static readonly HmacScheme Scheme = new("X-Hub-Signature-256", Prefix: "sha256=") { Undecodable = VerificationFailure.MalformedHeader };

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Action = Fields.Add("action");
    private static readonly JsonField Repository = Fields.Add("repository.full_name");
    private static readonly JsonField PushedAt = Fields.Add("repository.pushed_at");
    private static readonly JsonField Reference = Fields.Add("ref");
    private static readonly JsonField Before = Fields.Add("before");
    private static readonly JsonField After = Fields.Add("after");
    private static readonly JsonField Commits = Fields.Add("commits");
    private static readonly JsonField HeadCommitTime = Fields.Add("head_commit.timestamp");
    private static readonly JsonField Pusher = Fields.Add("pusher.name");
    private static readonly JsonField Sender = Fields.Add("sender.login");
    private static readonly JsonField Compare = Fields.Add("compare");
    private static readonly JsonField Number = Fields.Add("pull_request.number");
    private static readonly JsonField Title = Fields.Add("pull_request.title");
    private static readonly JsonField Author = Fields.Add("pull_request.user.login");
    private static readonly JsonField SourceBranch = Fields.Add("pull_request.head.ref");
    private static readonly JsonField TargetBranch = Fields.Add("pull_request.base.ref");
    private static readonly JsonField Url = Fields.Add("pull_request.html_url");
    private static readonly JsonField CreatedAt = Fields.Add("pull_request.created_at");
    private static readonly JsonField Merged = Fields.Add("pull_request.merged");
    private static readonly JsonField MergedAt = Fields.Add("pull_request.merged_at");
    private static readonly JsonField MergedBy = Fields.Add("pull_request.merged_by.login");
    private static readonly JsonField MergeCommit = Fields.Add("pull_request.merge_commit_sha");

    public string Name => "github";

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", FormFields.MediaType];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("push", nameof(CodePushed), "`repository.pushed_at`, else the head commit's time"),
        new("pull_request.opened", nameof(PullRequestOpened), "`pull_request.created_at`"),
        new("pull_request.closed", nameof(PullRequestMerged), "`pull_request.merged_at`", "if it was merged"),
    ];

    public IReadOnlyList<string> KeptHeaders { get; } = [DeliveryHeader, EventHeader, "X-GitHub-Hook-ID"];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var id = CleanText.Name(request.Header(DeliveryHeader));
        var type = CleanText.Name(request.Header(EventHeader)) ?? Webhook.UnknownType;
        var isForm = string.Equals(request.MediaType, FormFields.MediaType, StringComparison.Ordinal);
        var json = Fields.Read(isForm ? FormFields.Find(request.Body.Span, "payload"u8) : request.Body.Span);
        if (!json.IsReadable)
        {
            return new Webhook(id, type, null, null, []);
        }

        var draft = (type, json.Name(Action)) switch
        {
            ("push", _) => Pushed(json),
            ("pull_request", "opened") => Opened(json),
            ("pull_request", "closed") when json.IsTrue(Merged) => MergedPullRequest(json),
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

        var (pushedBy, url) = (json.Text(Pusher) ?? json.Text(Sender), json.Text(Compare));
        return EventDraft.Of(
            $"{repository}:{reference}",
            metadata => new CodePushed(metadata, repository, reference, before, after, count, pushedBy, url),
            // A commit may be much older than its push, and has its author's clock.
            json.Time(PushedAt) ?? json.Time(HeadCommitTime));
    }

    private static EventDraft? Opened(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.WholeNumber(Number) is not (> 0 and <= int.MaxValue and var number) || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (author, from, into, url) = (json.Text(Author), json.Text(SourceBranch), json.Text(TargetBranch), json.Text(Url));
        return EventDraft.Of(
            $"{repository}#{number}",
            metadata => new PullRequestOpened(metadata, repository, (int)number, title, author, from, into, url),
            json.Time(CreatedAt));
    }

    private static EventDraft? MergedPullRequest(in JsonValues json)
    {
        if (json.Name(Repository) is not { } repository || json.WholeNumber(Number) is not (> 0 and <= int.MaxValue and var number) || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (mergedBy, commit, into, url) = (json.Text(MergedBy), json.Text(MergeCommit), json.Text(TargetBranch), json.Text(Url));
        return EventDraft.Of(
            $"{repository}#{number}",
            metadata => new PullRequestMerged(metadata, repository, (int)number, title, mergedBy, commit, into, url),
            json.Time(MergedAt));
    }
}
