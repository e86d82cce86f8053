using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// HubSpot: an array of events, signed by version 3, the HMAC-SHA256 in base64 of method, URL, body and a time in milliseconds. Version 1, the SHA-256 in hexadecimal of secret and body, comes beside it.
/// (developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation)
/// </summary>
public sealed class HubSpotSimulator : IProviderSimulator
{
    public string Provider => "hubspot";

    public Proof Proof { get; } = Proof.Header("X-HubSpot-Signature-v3");

    public bool NeedsUrl => true;

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
            new("User-Agent", "HubSpot Webhooks/1.0 (https://developers.hubspot.com)"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var time = Text.Number(context.Now.ToUnixTimeMilliseconds());
        return request.WithHeaders(
        [
            new("X-HubSpot-Signature-Version", "v1"),
            new("X-HubSpot-Signature", Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(context.Secret), .. request.Body]))),
            new("X-HubSpot-Request-Timestamp", time),
            new(Proof.Name, HmacSha256.Base64(context.Secret, request.Method.Method + Decoded(context.UrlWith(request.Query)), [.. request.Body, .. Encoding.ASCII.GetBytes(time)])),
        ]);
    }

    // HubSpot signs the URL with these of its escapes undone.
    private static string Decoded(string url)
    {
        foreach (var letter in ":/?@!$'()*,;")
        {
            url = url.Replace(string.Create(CultureInfo.InvariantCulture, $"%{(int)letter:X2}"), letter.ToString(), StringComparison.OrdinalIgnoreCase);
        }

        return url;
    }
}
