using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Linear: <c>Linear-Signature</c>, HMAC-SHA256 in hexadecimal over the body, which says itself when it was sent. So a redelivery that keeps the body is only believed within a minute.</summary>
public sealed class LinearSimulator : IProviderSimulator
{
    public string Provider => "linear";

    public Proof Proof { get; } = Proof.Header("Linear-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("Issue.create", "IssueOpened", "An issue was created"),
        new("Issue.update", "IssueClosed", "An issue was completed") { Follows = "Issue.create" },
        new("Comment.create", null, "Somebody commented"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "Issue.create" => Issue(Happenings.OpenIssue(context), done: false, context),
            "Issue.update" => Issue(Happenings.CloseIssue(context), done: true, context),
            "Comment.create" => Comment(context),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Uuid();
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json; charset=utf-8"),
            new("User-Agent", "Linear-Webhook"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        List<KeyValuePair<string, string>> headers = [new("Linear-Delivery", request.EventId), new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body))];
        if (request.EventType is not null)
        {
            headers.Add(new("Linear-Event", request.EventType.Split('.')[0]));
        }

        return request.WithHeaders(headers);
    }

    private static byte[] Issue(EarlierIssue issue, bool done, SimulationContext context)
    {
        var now = Text.Milliseconds(context.Now);
        var team = Text.Upper(issue.Repository.Name[..3]);
        var key = $"{team}-{Text.Number(issue.Number)}";
        return Envelope(done ? "update" : "create", "Issue", context, done ? context.Pick(SampleData.People) : issue.Author, Payload.Piece($$"""
            "data": {
              "id": "{{context.Uuid()}}", "identifier": "{{key}}", "number": {{issue.Number}}, "title": "{{issue.Title}}", "createdAt": "{{Text.Milliseconds(issue.At)}}", "updatedAt": "{{now}}",
              "completedAt": {{(done ? Payload.Piece($"\"{now}\"") : new JsonPiece("null"))}}, "canceledAt": null,
              "state": { "name": "{{(done ? "Done" : "Todo")}}", "type": "{{(done ? "completed" : "unstarted")}}" },
              "team": { "key": "{{team}}", "name": "{{issue.Repository.Name}}" }
            },
            "updatedFrom": {{(done ? new JsonPiece("{ \"completedAt\": null }") : new JsonPiece("null"))}},
            "url": "https://linear.app/acme/issue/{{key}}"
            """));
    }

    private static byte[] Comment(SimulationContext context) => Envelope("create", "Comment", context, context.Pick(SampleData.People), Payload.Piece($$"""
        "data": { "id": "{{context.Uuid()}}", "body": "{{context.Pick(SampleData.Messages)}}", "issueId": "{{context.Uuid()}}" }
        """));

    private static byte[] Envelope(string action, string type, SimulationContext context, Person actor, JsonPiece content) => Payload.Compact($$"""
        {
          "action": "{{action}}",
          "actor": { "id": "{{actor.Id}}", "type": "user", "name": "{{actor.Name}}", "email": "{{actor.Email}}" },
          "createdAt": "{{Text.Milliseconds(context.Now)}}",
          {{content}},
          "type": "{{type}}",
          "organizationId": "8c2f0a4e-31b5-4c55-9a0e-5f5a6b7c8d9e",
          "webhookTimestamp": {{context.Now.ToUnixTimeMilliseconds()}},
          "webhookId": "1f0e2d3c-4b5a-4687-98a9-b0c1d2e3f405"
        }
        """);
}
