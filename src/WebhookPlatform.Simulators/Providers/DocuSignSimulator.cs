using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>DocuSign Connect: <c>X-DocuSign-Signature-1</c>, HMAC-SHA256 in base64 over the body, the key taken as text. There is no event id.</summary>
public sealed class DocuSignSimulator : IProviderSimulator
{
    private static readonly string[] Titles = ["Please sign: order form", "Please sign: data processing agreement", "Please sign: lease of the workshop"];

    public string Provider => "docusign";

    public Proof Proof { get; } = Proof.Header("X-DocuSign-Signature-1");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("envelope-sent", "DocumentSent", "A document was sent for signing"),
        new("envelope-completed", "DocumentSigned", "A document was signed by everybody") { Follows = "envelope-sent" },
        new("envelope-declined", "DocumentDeclined", "Somebody declined to sign") { Follows = "envelope-sent" },
        new("recipient-completed", null, "One of the signers signed"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var followsUp = eventType is "envelope-completed" or "envelope-declined";
        var envelope = (followsUp ? context.Story?.Take<Envelope>(context.Random) : null)
            ?? new Envelope(context.Uuid(), context.Pick(Titles), context.Pick(SampleData.People), context.Pick(SampleData.People), context.Now);
        if (eventType is "envelope-sent")
        {
            context.Story?.Remember(envelope);
        }

        var id = context.Uuid();
        var body = Body(eventType, context, envelope);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json; charset=utf-8"),
            new("x-authorization-digest", "HMACSHA256"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, HmacSha256.Base64(context.Secret, "", request.Body))]);

    private static byte[] Body(string eventType, SimulationContext context, Envelope envelope)
    {
        var now = Text.Milliseconds(context.Now);
        var outcome = eventType switch
        {
            "envelope-completed" => Payload.Piece($$""" "completedDateTime": "{{now}}", """),
            "envelope-declined" => Payload.Piece($$""" "declinedDateTime": "{{now}}", """),
            _ => new JsonPiece(""),
        };
        var signed = eventType switch
        {
            "envelope-completed" or "recipient-completed" => Payload.Piece($$""" "status": "completed", "signedDateTime": "{{now}}" """),
            "envelope-declined" => Payload.Piece($$""" "status": "declined", "declinedDateTime": "{{now}}", "declinedReason": "The terms are not what we agreed" """),
            _ => new JsonPiece("\"status\": \"sent\""),
        };
        return Payload.Compact($$"""
            {
              "event": "{{eventType}}",
              "apiVersion": "v2.1",
              "uri": "/restapi/v2.1/accounts/0c0ffee0/envelopes/{{envelope.Id}}",
              "retryCount": 0,
              "configurationId": 10441925,
              "generatedDateTime": "{{now}}",
              "data": {
                "accountId": "0c0ffee0",
                "envelopeId": "{{envelope.Id}}",
                "envelopeSummary": {
                  "status": "{{(eventType is "envelope-completed" ? "completed" : eventType is "envelope-declined" ? "declined" : "sent")}}",
                  "emailSubject": "{{envelope.Title}}",
                  "sentDateTime": "{{Text.Milliseconds(envelope.At)}}",
                  {{outcome}}
                  "sender": { "userName": "{{envelope.Sender.Name}}", "email": "{{envelope.Sender.Email}}" },
                  "recipients": { "signers": [{ "recipientId": "1", "name": "{{envelope.Signer.Name}}", "email": "{{envelope.Signer.Email}}", {{signed}} }] }
                }
              }
            }
            """);
    }

    private sealed record Envelope(string Id, string Title, Person Sender, Person Signer, DateTimeOffset At);
}
