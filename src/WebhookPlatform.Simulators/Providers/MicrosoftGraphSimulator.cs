using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Microsoft Graph signs nothing: every notification of a batch, here of one, shows the <c>clientState</c> of its subscription. It has no id.
/// A new address is asked for the token in its query (learn.microsoft.com/graph/change-notifications-delivery-webhooks).
/// </summary>
public sealed class MicrosoftGraphSimulator : IProviderSimulator
{
    private const string Validation = "validation";
    private const string Tenant = "84bd8158-6d4d-4958-8b9f-9d6445542f95";

    public string Provider => "microsoft-graph";

    public Proof Proof { get; } = Proof.Body("value[].clientState");

    public bool CoversBody => false;

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("chatMessage.created", "MessageReceived", "Somebody wrote in a chat of Teams"),
        new("driveItem.updated", null, "Something changed in a drive"),
        new("lifecycle.reauthorizationRequired", null, "The subscription has to be renewed"),
        new(Validation, null, "Graph tries a new address; the answer is the token") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = context.Uuid();
        if (eventType is Validation)
        {
            var token = $"Validation: Testing client application reachability for subscription {id}";
            return new UnsignedRequest(id, eventType, [], [new("Content-Type", "text/plain; charset=utf-8")]) { Query = "?validationToken=" + Uri.EscapeDataString(token), ExpectedAnswer = token };
        }

        var change = eventType switch
        {
            "chatMessage.created" => Message(context),
            "driveItem.updated" => Payload.Piece($$""" "changeType": "updated", "resource": "me/drive/root", "resourceData": { "@odata.type": "#Microsoft.Graph.DriveItem" } """),
            "lifecycle.reauthorizationRequired" => Payload.Piece($$""" "lifecycleEvent": "reauthorizationRequired" """),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Compact($$"""
            {
              "value": [
                { "subscriptionId": "{{id}}", "subscriptionExpirationDateTime": "{{Text.Microseconds(context.Now.AddHours(1))}}", "tenantId": "{{Tenant}}", {{change}} }
              ]
            }
            """);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json; charset=utf-8")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        if (request.Body.Length == 0)
        {
            return request.WithoutProof();
        }

        var json = JsonBody.Parse(request.Body, Provider);
        foreach (var item in JsonBody.Items(json, "value", Provider))
        {
            item["clientState"] = context.Secret;
        }

        return request.WithBody(JsonBody.Bytes(json));
    }

    private static JsonPiece Message(SimulationContext context)
    {
        var message = Text.Number(context.Now.ToUnixTimeMilliseconds() - context.Number(0, 5_000));
        var resource = $"chats('19:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(context.Pick(SampleData.Channels)))}@thread.v2')/messages('{message}')";
        return Payload.Piece($$"""
            "changeType": "created", "resource": "{{resource}}",
            "resourceData": { "id": "{{message}}", "@odata.type": "#Microsoft.Graph.chatMessage", "@odata.id": "{{resource}}" }
            """);
    }
}
