using WebhookPlatform.Contracts.Alerts;
using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Sentry's integration platform signs the raw body with the integration's client secret (HMAC-SHA256, hex): <c>Sentry-Hook-Signature</c>. The type is the header <c>Sentry-Hook-Resource</c> and the body's action: <c>issue.created</c>.
/// Alerts are what alert rules say; an issue is told as an issue. An issue alert never says that it is over. See docs.sentry.io/integrations/integration-platform/webhooks.
/// </summary>
public sealed class SentryProvider : IWebhookProvider
{
    private const string IdHeader = "Request-ID";
    private const string ResourceHeader = "Sentry-Hook-Resource";
    private const string TimestampHeader = "Sentry-Hook-Timestamp";

    private static readonly HmacScheme Scheme = new("Sentry-Hook-Signature");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Action = Fields.Add("action");
    private static readonly JsonField Actor = Fields.Add("actor.name");

    private static readonly JsonField IssueId = Fields.Add("data.issue.id");
    private static readonly JsonField IssueKey = Fields.Add("data.issue.shortId");
    private static readonly JsonField IssueTitle = Fields.Add("data.issue.title");
    private static readonly JsonField IssueProject = Fields.Add("data.issue.project.slug");
    private static readonly JsonField IssueUrl = Fields.Add("data.issue.web_url");
    private static readonly JsonField IssueLink = Fields.Add("data.issue.permalink");
    private static readonly JsonField FirstSeen = Fields.Add("data.issue.firstSeen");

    private static readonly JsonField AlertIssue = Fields.Add("data.event.issue_id");
    private static readonly JsonField AlertTitle = Fields.Add("data.event.title");
    private static readonly JsonField AlertLevel = Fields.Add("data.event.level");
    private static readonly JsonField AlertUrl = Fields.Add("data.event.web_url");
    private static readonly JsonField AlertTime = Fields.Add("data.event.datetime");

    private static readonly JsonField MetricId = Fields.Add("data.metric_alert.id");
    private static readonly JsonField MetricRule = Fields.Add("data.metric_alert.alert_rule.name");
    private static readonly JsonField MetricProject = Fields.Add("data.metric_alert.projects.0");
    private static readonly JsonField MetricTitle = Fields.Add("data.description_title");
    private static readonly JsonField MetricUrl = Fields.Add("data.web_url");

    public string Name => "sentry";

    public IReadOnlyList<string> KeptHeaders { get; } = [IdHeader, ResourceHeader, TimestampHeader];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("issue.created", nameof(IssueOpened), "`data.issue.firstSeen`"),
        new("issue.resolved", nameof(IssueClosed), "`Sentry-Hook-Timestamp`"),
        new("event_alert.triggered", nameof(AlertRaised), "`data.event.datetime`"),
        new("metric_alert.critical", nameof(AlertRaised), "`Sentry-Hook-Timestamp`"),
        new("metric_alert.warning", nameof(AlertRaised), "`Sentry-Hook-Timestamp`"),
        new("metric_alert.resolved", nameof(AlertResolved), "`Sentry-Hook-Timestamp`"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var (resource, action) = (CleanText.Name(request.Header(ResourceHeader)), json.Name(Action));
        var draft = (resource, action) switch
        {
            ("issue", "created") => Opened(json),
            ("issue", "resolved") => Closed(json),
            ("event_alert", "triggered") => Raised(json),
            ("metric_alert", "critical" or "warning") => RaisedMetric(json, action),
            ("metric_alert", "resolved") => ResolvedMetric(json),
            _ => null,
        };
        var type = resource is not null && action is not null ? CleanText.Name($"{resource}.{action}") : resource;
        return new Webhook(
            CleanText.Name(request.Header(IdHeader)),
            type ?? Webhook.UnknownType,
            PayloadTime.Parse(request.Header(TimestampHeader)),
            draft?.Subject ?? json.Name(IssueId),
            draft is null ? [] : [draft]);
    }

    private static EventDraft? Opened(in JsonValues json)
    {
        if (json.Name(IssueProject) is not { } project || json.Name(IssueKey) is not { } key || json.Text(IssueTitle) is not { } title)
        {
            return null;
        }

        var (author, url) = (json.Text(Actor), json.Text(IssueUrl) ?? json.Text(IssueLink));
        return EventDraft.Of($"{project}#{key}", metadata => new IssueOpened(metadata, project, key, title, author, url), json.Time(FirstSeen));
    }

    private static EventDraft? Closed(in JsonValues json)
    {
        if (json.Name(IssueProject) is not { } project || json.Name(IssueKey) is not { } key || json.Text(IssueTitle) is not { } title)
        {
            return null;
        }

        var (closedBy, url) = (json.Text(Actor), json.Text(IssueUrl) ?? json.Text(IssueLink));
        return EventDraft.Of($"{project}#{key}", metadata => new IssueClosed(metadata, project, key, title, closedBy, url));
    }

    private static EventDraft? Raised(in JsonValues json)
    {
        if (json.Name(AlertIssue) is not { } alert || json.Text(AlertTitle) is not { } title)
        {
            return null;
        }

        var (level, url) = (json.Text(AlertLevel), json.Text(AlertUrl));
        return EventDraft.Of(alert, metadata => new AlertRaised(metadata, alert, title, level, Url: url), json.Time(AlertTime));
    }

    private static EventDraft? RaisedMetric(in JsonValues json, string severity)
    {
        if (json.Name(MetricId) is not { } alert || (json.Text(MetricRule) ?? json.Text(MetricTitle)) is not { } title)
        {
            return null;
        }

        var (project, url) = (json.Text(MetricProject), json.Text(MetricUrl));
        return EventDraft.Of(alert, metadata => new AlertRaised(metadata, alert, title, severity, project, url));
    }

    private static EventDraft? ResolvedMetric(in JsonValues json)
    {
        if (json.Name(MetricId) is not { } alert || (json.Text(MetricRule) ?? json.Text(MetricTitle)) is not { } title)
        {
            return null;
        }

        var (project, url) = (json.Text(MetricProject), json.Text(MetricUrl));
        return EventDraft.Of(alert, metadata => new AlertResolved(metadata, alert, title, Service: project, Url: url));
    }
}
