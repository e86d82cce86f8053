using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Lemon Squeezy: <c>X-Signature</c>, HMAC-SHA256 in hexadecimal over the body; the event's name is a header and in the body. There is no event id.
/// </summary>
public sealed class LemonSqueezySimulator : IProviderSimulator
{
    public string Provider => "lemon-squeezy";

    public Proof Proof { get; } = Proof.Header("X-Signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("subscription_created", "SubscriptionStarted", "Somebody subscribed"),
        new("subscription_cancelled", "SubscriptionCancelled", "A subscription was cancelled and runs to the end of its period"),
        new("order_refunded", "PaymentRefunded", "An order was given back in full"),
        new("customer_created", "CustomerCreated", "A customer was added"),
        new("license_key_created", null, "A license key was made"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = Text.Number(context.Number(1, 999_999_999_999));
        var (resource, attributes) = eventType switch
        {
            "subscription_created" => ("subscriptions", Subscription(context, isCancelled: false)),
            "subscription_cancelled" => ("subscriptions", Subscription(context, isCancelled: true)),
            "order_refunded" => ("orders", Refunded(context)),
            "customer_created" => ("customers", Customer(context)),
            "license_key_created" => ("license-keys", LicenseKey(context)),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Compact($$"""
            {
              "meta": { "test_mode": true, "event_name": "{{eventType}}" },
              "data": { "type": "{{resource}}", "id": "{{id}}", "attributes": {{attributes}} }
            }
            """);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders(
    [
        .. request.EventType is null ? Array.Empty<KeyValuePair<string, string>>() : [new("X-Event-Name", request.EventType)],
        new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body)),
    ]);

    private static JsonPiece Subscription(SimulationContext context, bool isCancelled)
    {
        var person = context.Pick(SampleData.People);
        var end = Payload.Piece($"\"{Text.Microseconds(context.Now.AddDays(30))}\"");
        return Payload.Piece($$"""
            {
              "store_id": 1,
              "customer_id": {{person.Id}},
              "order_id": {{context.Number(1, 999_999)}},
              "product_name": "{{context.Pick(SampleData.Products)}}",
              "variant_name": "Default",
              "user_name": "{{person.Name}}",
              "user_email": "{{person.Email}}",
              "status": "{{(isCancelled ? "cancelled" : "active")}}",
              "cancelled": {{isCancelled}},
              "renews_at": {{end}},
              "ends_at": {{(isCancelled ? end : new JsonPiece("null"))}},
              "created_at": "{{Text.Microseconds(context.Now)}}",
              "updated_at": "{{Text.Microseconds(context.Now)}}"
            }
            """);
    }

    private static JsonPiece Refunded(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        var price = SampleData.Price(context);
        return Payload.Piece($$"""
            {
              "store_id": 1,
              "customer_id": {{person.Id}},
              "identifier": "{{context.Uuid()}}",
              "order_number": {{context.Number(1_000, 9_999)}},
              "user_name": "{{person.Name}}",
              "user_email": "{{person.Email}}",
              "currency": "{{price.Currency}}",
              "total": {{price.Amount}},
              "status": "refunded",
              "refunded": true,
              "refunded_amount": {{price.Amount}},
              "refunded_at": "{{Text.Microseconds(context.Now)}}",
              "created_at": "{{Text.Microseconds(context.Now.AddDays(-1))}}",
              "updated_at": "{{Text.Microseconds(context.Now)}}"
            }
            """);
    }

    private static JsonPiece Customer(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""
            {
              "store_id": 1,
              "name": "{{person.Name}}",
              "email": "{{person.Email}}",
              "status": "subscribed",
              "created_at": "{{Text.Microseconds(context.Now)}}",
              "updated_at": "{{Text.Microseconds(context.Now)}}"
            }
            """);
    }

    private static JsonPiece LicenseKey(SimulationContext context) => Payload.Piece($$"""
        {
          "store_id": 1,
          "customer_id": {{context.Number(1, 999_999)}},
          "key": "{{context.Uuid()}}",
          "status": "inactive",
          "created_at": "{{Text.Microseconds(context.Now)}}",
          "updated_at": "{{Text.Microseconds(context.Now)}}"
        }
        """);
}
