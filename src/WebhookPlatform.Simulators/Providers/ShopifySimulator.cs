using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Shopify: <c>X-Shopify-Hmac-Sha256</c>, HMAC-SHA256 in base64 over the body; id and topic are headers too.</summary>
public sealed class ShopifySimulator : IProviderSimulator
{
    public string Provider => "shopify";

    public Proof Proof { get; } = Proof.Header("X-Shopify-Hmac-Sha256");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("orders/create", "OrderPlaced", "An order was placed"),
        new("order_transactions/create", "PaymentCompleted", "An order was paid"),
        new("orders/fulfilled", "OrderFulfilled", "An order was shipped") { Follows = "orders/create" },
        new("orders/cancelled", "OrderCancelled", "An order was cancelled") { Follows = "orders/create" },
        new("refunds/create", "PaymentRefunded", "A payment was given back") { Follows = "order_transactions/create" },
        new("customers/create", "CustomerCreated", "A customer signed up"),
        new("customers/update", "CustomerUpdated", "A customer's details changed"),
        new("orders/paid", null, "An order was paid, told again"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "orders/create" or "orders/paid" or "orders/fulfilled" or "orders/cancelled" => Order(eventType, context),
            "order_transactions/create" => Paid(context),
            "refunds/create" => Refunded(context),
            "customers/create" or "customers/update" => Customer(context),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Uuid();
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Shopify-Captain-Hook"),
            new("X-Shopify-Shop-Domain", "acme-labs.myshopify.com"),
            new("X-Shopify-API-Version", "2026-01"),
            new("X-Shopify-Triggered-At", Text.Microseconds(context.Now)),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders(
    [
        new("X-Shopify-Topic", request.EventType ?? "orders/create"),
        new("X-Shopify-Webhook-Id", request.EventId),
        new(Proof.Name, HmacSha256.Base64(context.Secret, "", request.Body)),
    ]);

    private static byte[] Order(string eventType, SimulationContext context)
    {
        var isNew = eventType is "orders/create" or "orders/paid";
        var order = (isNew ? null : context.Story?.Take<EarlierOrder>(context.Random)) ?? NewOrder(context);
        if (eventType is "orders/create")
        {
            context.Story?.Remember(order);
        }

        var now = Text.Seconds(context.Now);
        var fulfillment = Payload.Piece($$"""
            { "id": {{context.Number(4_000_000_000, 4_999_999_999)}}, "order_id": {{order.Id}}, "status": "success", "created_at": "{{now}}", "tracking_company": "UPS", "tracking_number": "{{context.UpperId("1Z", 16)}}" }
            """);
        return Payload.Compact($$"""
            {
              "id": {{order.Id}},
              "admin_graphql_api_id": "gid://shopify/Order/{{order.Id}}",
              "name": "#{{order.Id % 100_000}}",
              "created_at": "{{order.At}}",
              "updated_at": "{{now}}",
              "cancelled_at": {{(eventType is "orders/cancelled" ? Payload.Piece($"\"{now}\"") : new JsonPiece("null"))}},
              "cancel_reason": {{new JsonPiece(eventType is "orders/cancelled" ? "\"customer\"" : "null")}},
              "currency": "{{order.Price.Currency}}",
              "total_price": "{{Text.Amount(order.Price)}}",
              "financial_status": "{{(eventType is "orders/paid" ? "paid" : "pending")}}",
              "fulfillment_status": {{new JsonPiece(eventType is "orders/fulfilled" ? "\"fulfilled\"" : "null")}},
              "customer": { "id": {{order.Customer.Id}}, "email": "{{order.Customer.Email}}" },
              "line_items": [{ "title": "{{context.Pick(SampleData.Products)}}", "quantity": 1, "price": "{{Text.Amount(order.Price)}}" }],
              "fulfillments": [{{(eventType is "orders/fulfilled" ? fulfillment : new JsonPiece(""))}}],
              "test": false
            }
            """);
    }

    private static byte[] Paid(SimulationContext context)
    {
        var price = SampleData.Price(context);
        var payment = new EarlierPayment(Text.Number(NewId(context)), Text.Number(NewId(context)), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
        context.Story?.Remember(payment);
        return Payload.Compact($$"""{{Transaction(context, payment, "sale", payment.PaymentId, null, payment.Amount)}}""");
    }

    private static byte[] Refunded(SimulationContext context)
    {
        var price = SampleData.Price(context);
        var payment = context.Story?.Take<EarlierPayment>(context.Random)
            ?? new EarlierPayment(Text.Number(NewId(context)), Text.Number(NewId(context)), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
        var amount = context.Random.NextDouble() < 0.7 ? payment.Amount : Math.Max(1, payment.Amount / 2);
        return Payload.Compact($$"""
            {
              "id": {{NewId(context)}},
              "order_id": {{payment.RelatedId}},
              "created_at": "{{Text.Seconds(context.Now)}}",
              "note": "Customer changed their mind",
              "transactions": [{{Transaction(context, payment, "refund", Text.Number(NewId(context)), payment.PaymentId, amount)}}]
            }
            """);
    }

    private static JsonPiece Transaction(SimulationContext context, EarlierPayment payment, string kind, string id, string? parent, long amount) => Payload.Piece($$"""
        {
          "id": {{id}},
          "order_id": {{payment.RelatedId}},
          "parent_id": {{parent}},
          "kind": "{{kind}}",
          "gateway": "shopify_payments",
          "status": "success",
          "message": null,
          "error_code": null,
          "amount": "{{Text.Amount(new Money(amount, payment.Currency))}}",
          "currency": "{{payment.Currency}}",
          "created_at": "{{Text.Seconds(context.Now)}}",
          "processed_at": "{{Text.Seconds(context.Now)}}",
          "test": false
        }
        """);

    private static byte[] Customer(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        var space = person.Name.IndexOf(' ', StringComparison.Ordinal);
        return Payload.Compact($$"""
            {
              "id": {{NewId(context)}},
              "email": "{{person.Email}}",
              "first_name": "{{person.Name[..space]}}",
              "last_name": "{{person.Name[(space + 1)..]}}",
              "created_at": "{{Text.Seconds(context.Now)}}",
              "updated_at": "{{Text.Seconds(context.Now)}}",
              "state": "enabled"
            }
            """);
    }

    private static EarlierOrder NewOrder(SimulationContext context) => new(NewId(context), SampleData.Price(context), context.Pick(SampleData.People), Text.Seconds(context.Now));

    private static long NewId(SimulationContext context) => context.Number(5_000_000_000_000, 6_999_999_999_999);

    private sealed record EarlierOrder(long Id, Money Price, Person Customer, string At);
}
