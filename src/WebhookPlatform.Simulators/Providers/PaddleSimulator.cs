using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Paddle Billing: <c>Paddle-Signature: ts=…;h1=…</c>, HMAC-SHA256 in hexadecimal over <c>{ts}:</c> and the body.
/// The key is the whole secret. Amounts are texts.
/// </summary>
public sealed class PaddleSimulator : IProviderSimulator
{
    public string Provider => "paddle";

    public Proof Proof { get; } = Proof.Header("Paddle-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("transaction.completed", "PaymentCompleted", "A transaction was paid and completed"),
        new("transaction.payment_failed", "PaymentFailed", "An attempt to pay failed"),
        new("adjustment.updated", "PaymentRefunded", "A refund was approved") { Follows = "transaction.completed" },
        new("subscription.created", "SubscriptionStarted", "Somebody subscribed"),
        new("subscription.canceled", "SubscriptionCancelled", "A subscription ended"),
        new("customer.created", "CustomerCreated", "A customer was added"),
        new("product.updated", null, "A product was changed"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var data = eventType switch
        {
            "transaction.completed" => Completed(context),
            "transaction.payment_failed" => Failed(context),
            "adjustment.updated" => Refunded(context),
            "subscription.created" => Subscription(context, "active"),
            "subscription.canceled" => Subscription(context, "canceled"),
            "customer.created" => Customer(context),
            "product.updated" => Product(context),
            _ => throw this.Unknown(eventType),
        };
        var id = Identifier("evt", context);
        var body = Payload.Compact($$"""
            {
              "event_id": "{{id}}",
              "event_type": "{{eventType}}",
              "occurred_at": "{{Text.Microseconds(context.Now)}}",
              "notification_id": "{{Identifier("ntf", context)}}",
              "data": {{data}}
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Paddle"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var timestamp = Text.Number(context.Now.ToUnixTimeSeconds());
        return request.WithHeaders([new(Proof.Name, $"ts={timestamp};h1={HmacSha256.Hex(context.Secret, timestamp + ":", request.Body)}")]);
    }

    private static JsonPiece Completed(SimulationContext context)
    {
        var payment = NewPayment(context);
        context.Story?.Remember(payment);
        return Transaction(context, payment, "completed", Payload.Piece($$"""
            { "amount": "{{Text.Number(payment.Amount)}}", "status": "captured", "error_code": null, "captured_at": "{{Text.Microseconds(context.Now)}}" }
            """));
    }

    private static JsonPiece Failed(SimulationContext context)
    {
        var payment = NewPayment(context);
        return Transaction(context, payment, "ready", Payload.Piece($$"""
            { "amount": "{{Text.Number(payment.Amount)}}", "status": "error", "error_code": "{{context.Pick(Errors)}}", "captured_at": null }
            """));
    }

    private static JsonPiece Transaction(SimulationContext context, EarlierPayment payment, string status, JsonPiece attempt) => Payload.Piece($$"""
        {
          "id": "{{payment.PaymentId}}",
          "status": "{{status}}",
          "origin": "web",
          "customer_id": "{{Identifier("ctm", context)}}",
          "currency_code": "{{payment.Currency}}",
          "subscription_id": null,
          "invoice_number": null,
          "collection_mode": "automatic",
          "custom_data": { "order_id": "{{Text.Number(context.Number(10_000, 99_999))}}" },
          "items": [{ "quantity": 1, "price": {{Price(context)}} }],
          "details": {
            "totals": {
              "total": "{{Text.Number(payment.Amount)}}",
              "grand_total": "{{Text.Number(payment.Amount)}}",
              "currency_code": "{{payment.Currency}}"
            }
          },
          "payments": [{{attempt}}],
          "billing_period": null
        }
        """);

    private static JsonPiece Refunded(SimulationContext context)
    {
        var payment = context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context);
        var isWhole = context.Random.NextDouble() < 0.7;
        return Payload.Piece($$"""
            {
              "id": "{{payment.RelatedId}}",
              "action": "refund",
              "type": "{{(isWhole ? "full" : "partial")}}",
              "status": "approved",
              "reason": "Requested by the customer",
              "transaction_id": "{{payment.PaymentId}}",
              "currency_code": "{{payment.Currency}}",
              "totals": { "total": "{{Text.Number(isWhole ? payment.Amount : Math.Max(1, payment.Amount / 2))}}", "currency_code": "{{payment.Currency}}" }
            }
            """);
    }

    private static JsonPiece Subscription(SimulationContext context, string status)
    {
        var isActive = status is "active";
        var period = isActive
            ? Payload.Piece($$"""{ "starts_at": "{{Text.Microseconds(context.Now)}}", "ends_at": "{{Text.Microseconds(context.Now.AddDays(30))}}" }""")
            : new JsonPiece("null");
        var cancelled = isActive ? new JsonPiece("null") : Payload.Piece($"\"{Text.Microseconds(context.Now)}\"");
        return Payload.Piece($$"""
            {
              "id": "{{Identifier("sub", context)}}",
              "status": "{{status}}",
              "customer_id": "{{Identifier("ctm", context)}}",
              "currency_code": "EUR",
              "canceled_at": {{cancelled}},
              "current_billing_period": {{period}},
              "items": [{ "status": "active", "quantity": {{context.Number(1, 20)}}, "price": {{Price(context)}} }],
              "scheduled_change": null
            }
            """);
    }

    private static JsonPiece Customer(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""
            { "id": "{{Identifier("ctm", context)}}", "name": "{{person.Name}}", "email": "{{person.Email}}", "status": "active", "locale": "en" }
            """);
    }

    private static JsonPiece Product(SimulationContext context) => Payload.Piece($$"""
        { "id": "{{Identifier("pro", context)}}", "name": "{{context.Pick(SampleData.Products)}}", "status": "active", "tax_category": "standard" }
        """);

    private static JsonPiece Price(SimulationContext context)
    {
        var product = context.Pick(SampleData.Products);
        return Payload.Piece($$"""{ "id": "{{Identifier("pri", context)}}", "name": "{{product}}", "description": "{{product}}" }""");
    }

    private static EarlierPayment NewPayment(SimulationContext context)
    {
        var price = SampleData.Price(context);
        return new(Identifier("txn", context), Identifier("adj", context), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
    }

    private static string Identifier(string kind, SimulationContext context) => kind + "_" + context.Hex(26);

    private static readonly string[] Errors = ["declined", "expired_card", "not_enough_balance", "fraud"];
}
