using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Keys;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// SendGrid's signed Event Webhook: <c>X-Twilio-Email-Event-Webhook-Signature</c>, ECDSA (P-256, SHA-256, DER, base64) over the timestamp header and the body.
/// Bodies are batches, here of one event, whose items have ids; the gateway's secret is the public key (docs.sendgrid.com, "Event Webhook Security Features").
/// </summary>
public sealed class SendGridSimulator : IProviderSimulator
{
    public string Provider => "sendgrid";

    public Proof Proof { get; } = Proof.Header("X-Twilio-Email-Event-Webhook-Signature");

    public SecretForm Secret => SecretForm.EcdsaKey;

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("delivered", "MessageDelivered", "An e-mail was delivered"),
        new("bounce", "MessageBounced", "A mailbox does not exist"),
        new("dropped", "MessageFailed", "An e-mail was not even tried"),
        new("open", null, "Somebody opened an e-mail"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var outcome = eventType switch
        {
            "delivered" => Payload.Piece($""" "response": "250 OK", "smtp-id": "<{context.Id("", 22)}@geopod-ismtpd-1>" """),
            "bounce" => Payload.Piece($""" "type": "bounce", "bounce_classification": "Invalid Address", "reason": "550 5.1.1 No such user", "status": "5.1.1" """),
            "dropped" => Payload.Piece($""" "reason": "Bounced Address" """),
            "open" => Payload.Piece($""" "useragent": "Mozilla/5.0", "ip": "192.0.2.10", "sg_machine_open": false """),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Id("", 48);
        var body = Payload.Compact($$"""
            [{
              "email": "{{context.Pick(SampleData.People).Email}}", "timestamp": {{context.UnixNow}}, "event": "{{eventType}}", "category": ["receipts"],
              "sg_event_id": "{{id}}", "sg_message_id": "{{context.Id("", 22)}}.recvd-7f6b8-1-{{context.UpperId("", 8)}}.0", {{outcome}}
            }]
            """);
        return new UnsignedRequest(id, eventType, [.. body, .. "\r\n"u8], [new("Content-Type", "application/json;charset=utf-8"), new("User-Agent", "SendGrid Event API")]);
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) =>
        this.Settings(context, ("Secrets:0", Convert.ToBase64String(context.Key(EcdsaPrivateKey.Parse).ExportSubjectPublicKeyInfo())));

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var timestamp = Text.Number(context.UnixNow);
        var signature = context.Key(EcdsaPrivateKey.Parse).SignData([.. Encoding.ASCII.GetBytes(timestamp), .. request.Body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return request.WithHeaders([new("X-Twilio-Email-Event-Webhook-Timestamp", timestamp), new(Proof.Name, Convert.ToBase64String(signature))]);
    }
}
