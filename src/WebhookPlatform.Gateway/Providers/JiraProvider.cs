using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Jira Cloud signs admin webhooks that have a secret (HMAC-SHA256 over the raw body, hex): <c>X-Hub-Signature: sha256=…</c>. Webhooks that apps register have none and are refused.
/// <c>X-Atlassian-Webhook-Identifier</c> stays the same when a webhook is sent again. An issue is closed when it gets a resolution; changing one resolution to another is not closing.
/// See developer.atlassian.com/cloud/jira/platform/webhooks.
/// </summary>
public sealed class JiraProvider : IWebhookProvider
{
    private const string IdHeader = "X-Atlassian-Webhook-Identifier";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Event = Fields.Add("webhookEvent");
    private static readonly JsonField Timestamp = Fields.Add("timestamp");
    private static readonly JsonField User = Fields.Add("user.displayName");
    private static readonly JsonField Key = Fields.Add("issue.key");
    private static readonly JsonField Summary = Fields.Add("issue.fields.summary");
    private static readonly JsonField Project = Fields.Add("issue.fields.project.key");
    private static readonly JsonField Creator = Fields.Add("issue.fields.creator.displayName");
    private static readonly JsonField Changes = Fields.Add("changelog.items");

    private static readonly JsonFields ChangeFields = new();
    private static readonly JsonField Field = ChangeFields.Add("field");
    private static readonly JsonField From = ChangeFields.Add("from");
    private static readonly JsonField To = ChangeFields.Add("to");

    public string Name => "jira";

    public IReadOnlyList<string> KeptHeaders { get; } = [IdHeader, "X-Atlassian-Webhook-Retry", "X-Atlassian-Webhook-Flow"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("jira:issue_created", nameof(IssueOpened), "`timestamp`"),
        new("jira:issue_updated", nameof(IssueClosed), "`timestamp`", "if it got a resolution"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => HubSignature.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Event);
        var draft = type switch
        {
            "jira:issue_created" => Opened(json),
            "jira:issue_updated" when IsResolved(json) => Closed(json),
            _ => null,
        };
        return new Webhook(
            CleanText.Name(request.Header(IdHeader)),
            type ?? Webhook.UnknownType,
            json.Time(Timestamp),
            draft?.Subject ?? json.Name(Key),
            draft is null ? [] : [draft]);
    }

    private static EventDraft? Opened(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || json.Name(Key) is not { } key || json.Text(Summary) is not { } title)
        {
            return null;
        }

        var author = json.Text(Creator) ?? json.Text(User);
        return EventDraft.Of($"{project}#{key}", metadata => new IssueOpened(metadata, project, key, title, author));
    }

    private static EventDraft? Closed(in JsonValues json)
    {
        if (json.Name(Project) is not { } project || json.Name(Key) is not { } key || json.Text(Summary) is not { } title)
        {
            return null;
        }

        var closedBy = json.Text(User);
        return EventDraft.Of($"{project}#{key}", metadata => new IssueClosed(metadata, project, key, title, closedBy));
    }

    private static bool IsResolved(in JsonValues json)
    {
        foreach (var item in json.Items(Changes))
        {
            var change = ChangeFields.Read(item);
            if (change.Text(Field) is "resolution" && change.IsNull(From) && !string.IsNullOrEmpty(change.Text(To)))
            {
                return true;
            }
        }

        return false;
    }
}
