using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Jira Cloud's admin webhooks: <c>X-Hub-Signature: sha256=…</c>, HMAC-SHA256 in hexadecimal over the body; the id is a header, the type is in the body.</summary>
public sealed class JiraSimulator : IProviderSimulator
{
    public string Provider => "jira";

    public Proof Proof { get; } = Proof.Header("X-Hub-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("jira:issue_created", "IssueOpened", "An issue was created"),
        new("jira:issue_updated", "IssueClosed", "An issue was resolved") { Follows = "jira:issue_created" },
        new("sprint_started", null, "A sprint began"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "jira:issue_created" => Issue(eventType, Happenings.OpenIssue(context), resolved: false, context),
            "jira:issue_updated" => Issue(eventType, Happenings.CloseIssue(context), resolved: true, context),
            "sprint_started" => Sprint(context),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Uuid();
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Atlassian Webhook HTTP Client"),
            new("X-Atlassian-Webhook-Flow", "Primary"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders(
    [
        new("X-Atlassian-Webhook-Identifier", request.EventId),
        new(Proof.Name, "sha256=" + HmacSha256.Hex(context.Secret, "", request.Body)),
    ]);

    private static byte[] Issue(string eventType, EarlierIssue issue, bool resolved, SimulationContext context)
    {
        var project = Text.Upper(issue.Repository.Name[..4]);
        var id = context.Number(10_000, 99_999);
        var resolution = resolved ? new JsonPiece("{ \"id\": \"10000\", \"name\": \"Done\" }") : new JsonPiece("null");
        var changes = resolved
            ? new JsonPiece("{ \"field\": \"resolution\", \"fieldId\": \"resolution\", \"from\": null, \"fromString\": null, \"to\": \"10000\", \"toString\": \"Done\" }")
            : new JsonPiece("");
        return Payload.Compact($$"""
            {
              "timestamp": {{context.Now.ToUnixTimeMilliseconds()}}, "webhookEvent": "{{eventType}}", "issue_event_type_name": "{{(resolved ? "issue_generic" : "issue_created")}}",
              "user": {{User(resolved ? context.Pick(SampleData.People) : issue.Author)}},
              "issue": {
                "id": "{{id}}", "self": "https://acme.atlassian.net/rest/api/2/issue/{{id}}", "key": "{{project}}-{{issue.Number}}",
                "fields": {
                  "summary": "{{issue.Title}}", "project": { "key": "{{project}}", "name": "{{issue.Repository.Name}}" },
                  "creator": {{User(issue.Author)}}, "resolution": {{resolution}}, "created": "{{Text.Milliseconds(issue.At)}}"
                }
              },
              "changelog": { "id": "{{context.Number(1, 999_999)}}", "items": [{{changes}}] }
            }
            """);
    }

    private static byte[] Sprint(SimulationContext context) => Payload.Compact($$"""
        {
          "timestamp": {{context.Now.ToUnixTimeMilliseconds()}}, "webhookEvent": "sprint_started",
          "sprint": { "id": {{context.Number(1, 999)}}, "state": "active", "name": "Sprint {{context.Number(1, 99)}}" }
        }
        """);

    private static JsonPiece User(Person person) => Payload.Piece($$"""
        { "accountId": "557058:{{person.Id}}", "displayName": "{{person.Name}}", "active": true }
        """);
}
