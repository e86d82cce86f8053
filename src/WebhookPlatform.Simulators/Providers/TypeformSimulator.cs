using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Typeform: <c>Typeform-Signature: sha256=…</c>, HMAC-SHA256 in base64 over the body.</summary>
public sealed class TypeformSimulator : IProviderSimulator
{
    private static readonly (string Id, string Title)[] Forms = [("oAkD35k1", "How was your delivery?"), ("tR41Lsh0", "Join the beta"), ("c0nTacTu", "Contact us")];

    public string Provider => "typeform";

    public Proof Proof { get; } = Proof.Header("Typeform-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("form_response", "FormSubmitted", "A form was submitted"),
        new("form_response_partial", null, "Somebody left in the middle of a form"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var id = context.UpperId("01", 24);
        var (form, title) = context.Pick(Forms);
        var body = Payload.Compact($$"""
            {
              "event_id": "{{id}}",
              "event_type": "{{eventType}}",
              "form_response": {
                "form_id": "{{form}}",
                "token": "{{context.Hex(32)}}",
                "landed_at": "{{Text.Seconds(context.Now.AddSeconds(-context.Number(20, 600)))}}",
                "submitted_at": "{{Text.Seconds(context.Now)}}",
                "definition": { "id": "{{form}}", "title": "{{title}}", "fields": [{ "id": "f1", "title": "Your e-mail address?", "type": "email", "ref": "email" }] },
                "answers": [{ "type": "email", "email": "{{context.Pick(SampleData.People).Email}}", "field": { "id": "f1", "type": "email", "ref": "email" } }]
              }
            }
            """);
        return new UnsignedRequest(id, eventType, body,
            [new("Content-Type", "application/json"), new("User-Agent", "Typeform Webhooks")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "sha256=" + HmacSha256.Base64(context.Secret, "", request.Body))]);
}
