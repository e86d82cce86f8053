using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Square: <c>x-square-hmacsha256-signature</c>, HMAC-SHA256 in base64 over the notification URL and the body (developer.squareup.com/docs/webhooks/step3validate).</summary>
public sealed class SquareSimulator : IProviderSimulator
{
    private const string Merchant = "ML8M1AQ1GQG2K";

    public string Provider => "square";

    public Proof Proof { get; } = Proof.Header("x-square-hmacsha256-signature");

    public bool NeedsUrl => true;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment.updated", "PaymentCompleted", "A payment was completed"),
        new("payment.created", "PaymentAuthorized", "A payment was approved"),
        new("refund.updated", "PaymentRefunded", "A payment was refunded") { Follows = "payment.updated" },
        new("dispute.created", "PaymentDisputed", "A card holder disputes a payment") { Follows = "payment.updated" },
        new("order.created", "OrderPlaced", "An order was placed"),
        new("customer.created", "CustomerCreated", "A customer was added"),
        new("inventory.count.updated", null, "Stock changed"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var (type, id, data) = eventType switch
        {
            "payment.updated" => Payment(context, "COMPLETED"),
            "payment.created" => Payment(context, "APPROVED"),
            "refund.updated" => Refund(context),
            "dispute.created" => Dispute(context),
            "order.created" => Order(context),
            "customer.created" => Customer(context),
            "inventory.count.updated" => Inventory(context),
            _ => throw this.Unknown(eventType),
        };
        var eventId = context.Uuid();
        var body = Payload.Compact($$"""
            {
              "merchant_id": "{{Merchant}}", "type": "{{eventType}}", "event_id": "{{eventId}}", "created_at": "{{Text.Milliseconds(context.Now)}}",
              "data": { "type": "{{type}}", "id": "{{id}}", "object": {{data}} }
            }
            """);
        return new UnsignedRequest(eventId, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Square Connect v2"),
            new("square-initial-delivery-timestamp", Text.Seconds(context.Now)),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) =>
        request.WithHeaders([new(Proof.Name, HmacSha256.Base64(context.Secret, context.UrlWith(request.Query), request.Body))]);

    private static (string Type, string Id, JsonPiece Data) Payment(SimulationContext context, string status)
    {
        var payment = NewPayment(context);
        if (status is "COMPLETED")
        {
            context.Story?.Remember(payment);
        }

        return ("payment", payment.PaymentId, Payload.Piece($$"""
            {
              "payment": {
                "id": "{{payment.PaymentId}}", "order_id": "{{payment.RelatedId}}", "customer_id": "{{context.UpperId("", 26)}}", "status": "{{status}}", "source_type": "CARD",
                "amount_money": {{Money(payment)}}, "total_money": {{Money(payment)}}, "note": "{{context.Pick(SampleData.Products)}}",
                "created_at": "{{Text.Milliseconds(context.Now)}}", "updated_at": "{{Text.Milliseconds(context.Now)}}", "location_id": "S8GWD5R9QB376", "version": 1
              }
            }
            """));
    }

    private static (string Type, string Id, JsonPiece Data) Refund(SimulationContext context)
    {
        var payment = EarlierOf(context);
        var id = $"{payment.PaymentId}_{context.Id("", 43)}";
        return ("refund", id, Payload.Piece($$"""
            {
              "refund": {
                "id": "{{id}}", "payment_id": "{{payment.PaymentId}}", "order_id": "{{payment.RelatedId}}", "status": "COMPLETED", "amount_money": {{Money(payment)}},
                "reason": "Returned goods", "created_at": "{{Text.Milliseconds(context.Now)}}", "updated_at": "{{Text.Milliseconds(context.Now)}}", "location_id": "S8GWD5R9QB376"
              }
            }
            """));
    }

    private static (string Type, string Id, JsonPiece Data) Dispute(SimulationContext context)
    {
        var payment = EarlierOf(context);
        var id = context.Id("", 22);
        return ("dispute", id, Payload.Piece($$"""
            {
              "dispute": {
                "id": "{{id}}", "amount_money": {{Money(payment)}}, "reason": "NO_KNOWLEDGE", "state": "EVIDENCE_REQUIRED", "card_brand": "VISA",
                "disputed_payment": { "payment_id": "{{payment.PaymentId}}" }, "created_at": "{{Text.Milliseconds(context.Now)}}", "location_id": "S8GWD5R9QB376", "version": 1
              }
            }
            """));
    }

    private static (string Type, string Id, JsonPiece Data) Order(SimulationContext context)
    {
        var id = context.Id("", 25);
        return ("order_created", id, Payload.Piece($$"""
            { "order_created": { "order_id": "{{id}}", "state": "OPEN", "location_id": "S8GWD5R9QB376", "created_at": "{{Text.Milliseconds(context.Now)}}", "version": 1 } }
            """));
    }

    private static (string Type, string Id, JsonPiece Data) Customer(SimulationContext context)
    {
        var (id, person) = (context.UpperId("", 26), context.Pick(SampleData.People));
        var names = person.Name.Split(' ', 2);
        return ("customer", id, Payload.Piece($$"""
            {
              "customer": {
                "id": "{{id}}", "given_name": "{{names[0]}}", "family_name": "{{names[^1]}}", "email_address": "{{person.Email}}", "creation_source": "FIRST_PARTY",
                "created_at": "{{Text.Milliseconds(context.Now)}}", "updated_at": "{{Text.Milliseconds(context.Now)}}", "version": 0
              }
            }
            """));
    }

    private static (string Type, string Id, JsonPiece Data) Inventory(SimulationContext context) => ("inventory_counts", context.Uuid(), Payload.Piece($$"""
        {
          "inventory_counts": [
            { "catalog_object_id": "{{context.UpperId("", 24)}}", "catalog_object_type": "ITEM_VARIATION", "state": "IN_STOCK", "quantity": "{{context.Number(0, 500)}}", "location_id": "S8GWD5R9QB376", "calculated_at": "{{Text.Milliseconds(context.Now)}}" }
          ]
        }
        """));

    private static EarlierPayment EarlierOf(SimulationContext context) => context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context);

    private static EarlierPayment NewPayment(SimulationContext context)
    {
        var price = SampleData.Price(context);
        return new(context.Id("", 25), context.Id("", 25), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
    }

    private static JsonPiece Money(EarlierPayment payment) => Payload.Piece($$"""{ "amount": {{payment.Amount}}, "currency": "{{payment.Currency}}" }""");
}
