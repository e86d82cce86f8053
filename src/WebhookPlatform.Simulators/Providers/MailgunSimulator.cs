using System.Text.Json.Nodes;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Mailgun signs inside the body: HMAC-SHA256 in hexadecimal over <c>signature.timestamp</c> and <c>signature.token</c>, and nothing else of it.
/// The token is good for one webhook: another delivery of it is the same to the byte (documentation.mailgun.com, "Securing Webhooks").
/// </summary>
public sealed class MailgunSimulator : IProviderSimulator
{
    public string Provider => "mailgun";

    public Proof Proof { get; } = Proof.Body("signature.signature");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("delivered", "MessageDelivered", "An e-mail was delivered"),
        new("failed.bounce", "MessageBounced", "A mailbox does not exist"),
        new("rejected", "MessageFailed", "Mailgun refused to send an e-mail"),
        new("failed.temporary", null, "A mail server asks to come again"),
        new("opened", null, "Somebody opened an e-mail"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var outcome = eventType switch
        {
            "delivered" => Payload.Piece($$""" "delivery-status": { "code": 250, "message": "OK", "description": "", "attempt-no": 1, "session-seconds": 0.42 } """),
            "failed.bounce" => Payload.Piece($$""" "severity": "permanent", "reason": "bounce", "delivery-status": { "code": 550, "message": "5.1.1 No such mailbox", "description": "", "attempt-no": 1 } """),
            "failed.temporary" => Payload.Piece($$""" "severity": "temporary", "reason": "generic", "delivery-status": { "code": 452, "message": "4.2.2 Mailbox full", "description": "", "attempt-no": 1 } """),
            "rejected" => Payload.Piece($$""" "reject": { "reason": "Sandbox subdomains are for test purposes only", "description": "" } """),
            "opened" => Payload.Piece($$""" "ip": "192.0.2.10", "client-info": { "client-type": "mobile app", "device-type": "mobile" } """),
            _ => throw this.Unknown(eventType),
        };
        var (token, person) = (context.Hex(50), context.Pick(SampleData.People));
        var body = Payload.Compact($$"""
            {
              "signature": { "token": "{{token}}", "timestamp": "{{Text.Number(context.UnixNow)}}" },
              "event-data": {
                "id": "{{context.Id("", 22)}}", "event": "{{eventType.Split('.')[0]}}", "timestamp": {{context.UnixNow}}.25, "log-level": "info",
                "recipient": "{{person.Email}}", "recipient-domain": "example.com", "tags": ["receipts"], "campaigns": [], "user-variables": {},
                "message": {
                  "headers": { "to": "{{person.Name}} <{{person.Email}}>", "message-id": "{{context.Hex(24)}}@mg.acme.example", "from": "Acme <shop@mg.acme.example>", "subject": "Your receipt" },
                  "attachments": [], "size": {{context.Number(500, 20_000)}}
                },
                {{outcome}}
              }
            }
            """);
        return new UnsignedRequest(token, eventType, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var json = JsonBody.Parse(request.Body, Provider);
        if (json["signature"] is not JsonObject signature)
        {
            json["signature"] = signature = [];
        }

        signature["token"] ??= request.EventId;
        signature["timestamp"] ??= Text.Number(context.UnixNow);
        signature["signature"] = HmacSha256.Hex(context.Secret, JsonBody.TextOf(signature["timestamp"]) + JsonBody.TextOf(signature["token"]), []);
        return request.WithBody(JsonBody.Bytes(json));
    }
}
