using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Xero: <c>x-xero-signature</c>, HMAC-SHA256 in base64 over the body, which carries several events as a rule and here one. There is no event id.</summary>
public sealed class XeroSimulator : IProviderSimulator
{
    private const string Intent = "intent-to-receive";

    public string Provider => "xero";

    public Proof Proof { get; } = Proof.Header("x-xero-signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("CONTACT.CREATE", "CustomerCreated", "A contact was created"),
        new("CONTACT.UPDATE", "CustomerUpdated", "A contact's details changed"),
        new("INVOICE.UPDATE", null, "An invoice changed"),
        new(Intent, null, "Xero tries out a new address") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var id = context.UpperId("", 20);
        var sequence = eventType is Intent ? 0 : context.Number(1, 1_000_000);
        var body = Payload.Compact($$"""
            { "events": [{{(eventType is Intent ? new JsonPiece("") : Event(eventType, context))}}], "lastEventSequence": {{sequence}}, "firstEventSequence": {{sequence}}, "entropy": "{{id}}" }
            """);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, HmacSha256.Base64(context.Secret, "", request.Body))]);

    private static JsonPiece Event(string eventType, SimulationContext context)
    {
        var parts = eventType.Split('.');
        var resource = context.Uuid();
        return Payload.Piece($$"""
            {
              "resourceUrl": "https://api.xero.com/api.xro/2.0/{{(parts[0] is "CONTACT" ? "Contacts" : "Invoices")}}/{{resource}}",
              "resourceId": "{{resource}}",
              "eventDateUtc": "{{Text.Milliseconds(context.Now).TrimEnd('Z')}}",
              "eventType": "{{parts[1]}}",
              "eventCategory": "{{parts[0]}}",
              "tenantId": "c0ffee00-ac3e-4ab5-9e11-ac3e1ab5ac3e",
              "tenantType": "ORGANISATION"
            }
            """);
    }
}
