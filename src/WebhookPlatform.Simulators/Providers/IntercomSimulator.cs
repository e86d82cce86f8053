using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Intercom: <c>X-Hub-Signature: sha1=…</c>, HMAC-SHA1 in hexadecimal over the body.
/// </summary>
public sealed class IntercomSimulator : IProviderSimulator
{
    private const string Reachability = "reachability";

    public string Provider => "intercom";

    public Proof Proof { get; } = Proof.Header("X-Hub-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("conversation.user.created", "MessageReceived", "Somebody began a conversation"),
        new("conversation.user.replied", "MessageReceived", "Somebody replied in a conversation"),
        new("contact.user.created", "CustomerCreated", "A user was created"),
        new("contact.user.updated", "CustomerUpdated", "A user's details changed"),
        new("contact.deleted", "CustomerDeleted", "A contact was deleted"),
        new("conversation.admin.closed", null, "A conversation was closed"),
        new(Reachability, null, "Intercom tries a new address (HEAD)") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        if (eventType is Reachability)
        {
            return new UnsignedRequest(context.Uuid(), Reachability, [], []) { Method = HttpMethod.Head, ExpectedAnswer = "" };
        }

        var item = eventType switch
        {
            "contact.user.created" or "contact.user.updated" or "contact.deleted" => Contact(context),
            "conversation.user.created" or "conversation.user.replied" or "conversation.admin.closed" => Conversation(context),
            _ => throw this.Unknown(eventType),
        };
        var id = "notif_" + context.Uuid();
        var body = Payload.Compact($$"""
            {
              "type": "notification_event",
              "app_id": "acmelabs",
              "data": { "type": "notification_event_data", "item": {{item}} },
              "links": {},
              "id": "{{id}}",
              "topic": "{{eventType}}",
              "delivery_status": "pending",
              "delivery_attempts": 1,
              "delivered_at": 0,
              "first_sent_at": {{context.UnixNow}},
              "created_at": {{context.UnixNow}},
              "self": null
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "intercom-webhook-delivery/1.0"),
        ]);
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "As Intercom signs")]
    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) =>
        request.Method == HttpMethod.Head ? request.WithoutProof() : request.WithHeaders([new(Proof.Name, "sha1=" + Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(context.Secret), request.Body)))]);

    private static JsonPiece Contact(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""
            {
              "type": "contact", "id": "{{context.Hex(24)}}", "workspace_id": "acmelabs", "external_id": "{{Text.Number(person.Id)}}",
              "role": "user", "email": "{{person.Email}}", "name": "{{person.Name}}", "created_at": {{context.UnixNow}}, "updated_at": {{context.UnixNow}}
            }
            """);
    }

    private static JsonPiece Conversation(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        var author = Payload.Piece($$"""
            { "type": "user", "id": "{{context.Hex(24)}}", "name": "{{person.Name}}", "email": "{{person.Email}}" }
            """);
        return Payload.Piece($$"""
            {
              "type": "conversation", "id": "{{Text.Number(context.Number(1_000_000, 999_999_999))}}", "created_at": {{context.UnixNow}}, "state": "open",
              "source": {
                "type": "conversation", "id": "{{Text.Number(context.Number(1_000_000, 999_999_999))}}", "delivered_as": "customer_initiated",
                "body": "<p>{{context.Pick(SampleData.Messages)}}</p>", "author": {{author}}
              },
              "conversation_parts": {
                "type": "conversation_part.list",
                "conversation_parts": [
                  {
                    "type": "conversation_part", "id": "{{Text.Number(context.Number(1_000_000, 999_999_999))}}", "part_type": "comment",
                    "body": "<p>{{context.Pick(SampleData.Messages)}}</p>", "created_at": {{context.UnixNow}}, "author": {{author}}
                  }
                ],
                "total_count": 1
              }
            }
            """);
    }
}
