using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// HubSpot: an array of events, signed by version 1, the SHA-256 in hexadecimal of secret and body. The newer versions cover the address, which a simulator does not know.
/// </summary>
public sealed class HubSpotSimulator : IProviderSimulator
{
    public string Provider => "hubspot";

    public Proof Proof { get; } = Proof.Header("X-HubSpot-Signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("contact.creation", "CustomerCreated", "A contact was created"),
        new("contact.propertyChange", "CustomerUpdated", "A contact's details changed"),
        new("contact.deletion", "CustomerDeleted", "A contact was deleted"),
        new("deal.creation", null, "A deal was created"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var id = context.Number(1, 4_000_000_000);
        var change = eventType is "contact.propertyChange" ? Payload.Piece($$"""
            , "propertyName": "email", "propertyValue": "{{context.Pick(SampleData.People).Email}}"
            """) : new JsonPiece("");
        var body = Payload.Compact($$"""
            [{
              "eventId": {{id}},
              "subscriptionId": 1822001,
              "portalId": 24130027,
              "appId": 1160452,
              "occurredAt": {{context.Now.ToUnixTimeMilliseconds()}},
              "subscriptionType": "{{eventType}}",
              "attemptNumber": 0,
              "objectId": {{context.Number(100_000_000, 99_999_999_999)}},
              "changeSource": "CRM_UI"{{change}}
            }]
            """);
        return new UnsignedRequest(Text.Number(id), eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "HubSpot Webhooks/1.0 (https://developers.hubspot.com)")
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([
        new("X-HubSpot-Signature-Version", "v1"),
        new(Proof.Name, Convert.ToHexStringLower(SHA256.HashData((byte[])[.. Encoding.UTF8.GetBytes(context.Secret), .. request.Body]))),
    ]);
}
