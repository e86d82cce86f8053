using System.Globalization;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Azure Event Grid signs nothing: a secret is in the query of the endpoint it was told, <c>?code=…</c>. Events come in its own schema, as an array of one, or as CloudEvents.
/// Either is preceded by a handshake of its kind (learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema and …-cloud-events-schema).
/// </summary>
public sealed class AzureEventGridSimulator : IProviderSimulator
{
    private const string Created = "Microsoft.Storage.BlobCreated";
    private const string Deleted = "Microsoft.Storage.BlobDeleted";
    private const string CloudEvent = Created + ".cloudevent";
    private const string Custom = "Acme.Orders.Placed";
    private const string Validation = "Microsoft.EventGrid.SubscriptionValidationEvent";
    private const string Consent = "consent";
    private const string Topic = "/subscriptions/6b9a7b2e-0000-4000-8000-5c2f1f0b7a11/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/acmeshop";

    private static readonly string[] Containers = ["uploads", "media", "invoices"];

    public string Provider => "azure-event-grid";

    public Proof Proof { get; } = Proof.Query("code");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new(Created, "FileUploaded", "A blob was stored"),
        new(Deleted, "FileDeleted", "A blob was deleted"),
        new(CloudEvent, "FileUploaded", "A blob was stored, as a CloudEvent"),
        new(Custom, null, "Something of one's own topic"),
        new(Validation, null, "Event Grid tries a new subscription; the answer is the code") { IsHandshake = true },
        new(Consent, null, "Event Grid asks whether it may deliver CloudEvents (OPTIONS)") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = context.Uuid();
        switch (eventType)
        {
            case Created or Deleted:
                var (subject, data) = Blob(context, isCreated: eventType is Created);
                return Notification(id, eventType, Grid(id, eventType, subject, data, context));
            case CloudEvent:
                var (about, details) = Blob(context, isCreated: true);
                return new UnsignedRequest(id, eventType, Payload.Compact($$"""
                    {
                      "specversion": "1.0", "id": "{{id}}", "source": "{{Topic}}", "type": "{{Created}}", "subject": "{{about}}", "time": "{{Text.Microseconds(context.Now)}}", "data": {{details}}
                    }
                    """), [new("Content-Type", "application/cloudevents+json; charset=utf-8"), new("aeg-event-type", "Notification"), new("aeg-delivery-count", "0")]);
            case Custom:
                return Notification(id, eventType, Grid(id, eventType, "orders/" + Text.Number(context.Number(1000, 9999)), Payload.Piece($$"""{ "orderId": "{{context.Id("ord_", 12)}}" }"""), context));
            case Validation:
                var code = context.Uuid();
                var request = Notification(id, eventType, Grid(id, Validation, "", Payload.Piece($$"""{ "validationCode": "{{code}}", "validationUrl": "https://rp-westeurope.eventgrid.azure.net/validate?id={{code}}" }"""), context));
                return request with { Headers = [new("Content-Type", "application/json; charset=utf-8"), new("aeg-event-type", "SubscriptionValidation")], ExpectedAnswer = code };
            case Consent:
                return new UnsignedRequest(id, eventType, [], [new("WebHook-Request-Origin", "eventgrid.azure.net")]) { Method = HttpMethod.Options, ExpectedAnswer = "eventgrid.azure.net" };
            default:
                throw this.Unknown(eventType);
        }
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithQuery(Proof.Name, context.Secret);

    private static UnsignedRequest Notification(string id, string eventType, byte[] body) => new(id, eventType, body,
    [
        new("Content-Type", "application/json; charset=utf-8"), new("aeg-event-type", "Notification"), new("aeg-subscription-name", "WEBHOOKS"), new("aeg-delivery-count", "0"),
    ]);

    private static byte[] Grid(string id, string type, string subject, JsonPiece data, SimulationContext context) => Payload.Compact($$"""
        [{
          "id": "{{id}}", "topic": "{{Topic}}", "subject": "{{subject}}", "eventType": "{{type}}", "eventTime": "{{Text.Microseconds(context.Now)}}",
          "data": {{data}}, "dataVersion": "", "metadataVersion": "1"
        }]
        """);

    private static (string Subject, JsonPiece Data) Blob(SimulationContext context, bool isCreated)
    {
        var container = context.Pick(Containers);
        var (name, contentType) = context.Pick(SampleData.Files);
        var path = string.Format(CultureInfo.InvariantCulture, name, context.Number(1000, 9999));
        return ($"/blobServices/default/containers/{container}/blobs/{path}", Payload.Piece($$"""
            {
              "api": "{{(isCreated ? "PutBlob" : "DeleteBlob")}}", "clientRequestId": "{{context.Uuid()}}", "requestId": "{{context.Uuid()}}", "eTag": "0x8D{{context.UpperId("", 13)}}",
              "contentType": "{{contentType}}", "contentLength": {{context.Number(1_000, 50_000_000)}}, "blobType": "BlockBlob",
              "url": "https://acmeshop.blob.core.windows.net/{{container}}/{{Uri.EscapeDataString(path)}}", "sequencer": "{{context.Hex(48)}}"
            }
            """));
    }
}
