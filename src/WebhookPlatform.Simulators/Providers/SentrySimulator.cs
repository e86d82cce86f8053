using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Sentry's integration platform: <c>Sentry-Hook-Signature</c>, HMAC-SHA256 in hexadecimal over the body; id, resource and time are headers, the action is in the body.</summary>
public sealed class SentrySimulator : IProviderSimulator
{
    public string Provider => "sentry";

    public Proof Proof { get; } = Proof.Header("Sentry-Hook-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("issue.created", "IssueOpened", "An error was seen for the first time"),
        new("issue.resolved", "IssueClosed", "An issue was resolved") { Follows = "issue.created" },
        new("metric_alert.critical", "AlertRaised", "A metric crossed its threshold"),
        new("metric_alert.resolved", "AlertResolved", "A metric is well again") { Follows = "metric_alert.critical" },
        new("event_alert.triggered", "AlertRaised", "An issue alert was triggered"),
        new("issue.assigned", null, "An issue was assigned"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "issue.created" => Issue("created", Happenings.OpenIssue(context), context),
            "issue.resolved" => Issue("resolved", Happenings.CloseIssue(context), context),
            "issue.assigned" => Issue("assigned", Happenings.CloseIssue(context), context),
            "metric_alert.critical" => Metric("critical", Happenings.RaiseAlert(context, () => Number(context)), context),
            "metric_alert.resolved" => Metric("resolved", Happenings.ResolveAlert(context, () => Number(context)), context),
            "event_alert.triggered" => Alert(context),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Hex(32);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Sentry.io"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        List<KeyValuePair<string, string>> headers =
        [
            new("Request-ID", request.EventId),
            new("Sentry-Hook-Timestamp", Text.Number(context.Now.ToUnixTimeSeconds())),
            new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body)),
        ];
        if (request.EventType is not null)
        {
            headers.Add(new("Sentry-Hook-Resource", request.EventType.Split('.')[0]));
        }

        return request.WithHeaders(headers);
    }

    private static byte[] Issue(string action, EarlierIssue issue, SimulationContext context)
    {
        var id = Number(context);
        return Envelope(action, Payload.Piece($$"""
            "issue": {
              "id": "{{id}}", "shortId": "{{Text.Upper(issue.Repository.Name)}}-{{issue.Number}}", "title": "TimeoutError: {{issue.Title}}", "level": "error",
              "status": "{{(action is "resolved" ? "resolved" : "unresolved")}}", "firstSeen": "{{Text.Microseconds(issue.At)}}", "lastSeen": "{{Text.Microseconds(context.Now)}}",
              "web_url": "https://acme.sentry.io/issues/{{id}}/", "project": { "id": "{{issue.Repository.Id}}", "name": "{{issue.Repository.Name}}", "slug": "{{issue.Repository.Name}}" }
            }
            """));
    }

    private static byte[] Metric(string action, EarlierAlert alert, SimulationContext context) => Envelope(action, Payload.Piece($$"""
        "metric_alert": {
          "id": "{{alert.Id}}", "identifier": "{{alert.Id}}", "projects": ["{{alert.Service}}"], "date_started": "{{Text.Microseconds(alert.At)}}", "date_detected": "{{Text.Microseconds(alert.At)}}",
          "alert_rule": { "id": "{{context.Number(1, 99)}}", "name": "{{alert.Title}}", "aggregate": "count()" }
        },
        "description_title": "{{action}}: {{alert.Title}}", "web_url": "https://acme.sentry.io/alerts/{{alert.Id}}/"
        """));

    private static byte[] Alert(SimulationContext context)
    {
        var issue = Number(context);
        return Envelope("triggered", Payload.Piece($$"""
            "event": {
              "event_id": "{{context.Hex(32)}}", "issue_id": "{{issue}}", "title": "TimeoutError: {{context.Pick(SampleData.Changes)}}", "level": "error",
              "datetime": "{{Text.Microseconds(context.Now)}}", "web_url": "https://acme.sentry.io/issues/{{issue}}/"
            },
            "triggered_rule": "Tell the team"
            """));
    }

    private static byte[] Envelope(string action, JsonPiece data) => Payload.Compact($$"""
        {
          "action": "{{action}}",
          "actor": { "id": "sentry", "name": "Sentry", "type": "application" },
          "data": { {{data}} },
          "installation": { "uuid": "6d0f7a52-9b1c-4f2e-8d37-0a1b2c3d4e5f" }
        }
        """);

    private static string Number(SimulationContext context) => Text.Number(context.Number(1_000_000, 9_999_999));
}
