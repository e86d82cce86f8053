using System.Security.Cryptography;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>WooCommerce: <c>X-WC-Webhook-Signature</c>, HMAC-SHA256 in base64 over the body; the topic is a header. What an order has become is told by <c>order.updated</c>.</summary>
public sealed class WooCommerceSimulator : IProviderSimulator
{
    private const string Ping = "ping";
    private const string Cancelled = "order.updated.cancelled";

    public string Provider => "woocommerce";

    public Proof Proof { get; } = Proof.Header("X-WC-Webhook-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("order.created", "OrderPlaced", "An order was placed"),
        new("order.updated", "PaymentCompleted", "An order was paid"),
        new(Cancelled, "OrderCancelled", "An order was cancelled"),
        new("customer.created", "CustomerCreated", "A customer signed up"),
        new("customer.updated", "CustomerUpdated", "A customer's details changed"),
        new("product.updated", null, "A product changed"),
        new(Ping, null, "WooCommerce tries a new address (an unsigned form)") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        if (eventType is Ping)
        {
            return new UnsignedRequest(context.Uuid(), Ping, Form.Encode(("webhook_id", "3")), [new("Content-Type", Form.MediaType)]) { ExpectedAnswer = "" };
        }

        var body = eventType switch
        {
            "order.created" => Order(context, "pending"),
            "order.updated" => Order(context, "processing"),
            Cancelled => Order(context, "cancelled"),
            "customer.created" or "customer.updated" => Customer(context),
            "product.updated" => Product(context),
            _ => throw this.Unknown(eventType),
        };
        var id = $"{TopicOf(eventType)}/{Convert.ToHexStringLower(SHA256.HashData(body))}";
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "WooCommerce/9.8.1 Hookshot (WordPress/6.8)"),
            new("X-WC-Webhook-Source", "https://shop.example.com/"),
            new("X-WC-Webhook-ID", "3"),
            new("X-WC-Webhook-Delivery-ID", context.Hex(32)),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.EventType is Ping ? request.WithoutProof() : request.WithHeaders(
    [
        new("X-WC-Webhook-Topic", TopicOf(request.EventType ?? "order.updated")),
        new(Proof.Name, HmacSha256.Base64(context.Secret, "", request.Body)),
    ]);

    private static string TopicOf(string eventType) => eventType is Cancelled ? "order.updated" : eventType;

    private static byte[] Order(SimulationContext context, string status)
    {
        var (price, person, now) = (SampleData.Price(context), context.Pick(SampleData.People), WithoutZone(context.Now));
        var isPaid = status is "processing";
        var id = context.Number(10_000, 99_999_999);
        return Payload.Compact($$"""
            {
              "id": {{id}},
              "number": "{{id}}",
              "status": "{{status}}",
              "currency": "{{price.Currency}}",
              "total": "{{Text.Amount(price)}}",
              "customer_id": {{person.Id}},
              "billing": { "first_name": "{{person.Name}}", "email": "{{person.Email}}" },
              "payment_method": "stripe",
              "transaction_id": "{{(isPaid ? context.Id("pi_", 24) : "")}}",
              "date_created_gmt": "{{now}}",
              "date_modified_gmt": "{{now}}",
              "date_paid_gmt": {{(isPaid ? Payload.Piece($"\"{now}\"") : new JsonPiece("null"))}},
              "date_completed_gmt": null,
              "line_items": [{ "name": "{{context.Pick(SampleData.Products)}}", "quantity": 1, "total": "{{Text.Amount(price)}}" }],
              "refunds": []
            }
            """);
    }

    private static byte[] Customer(SimulationContext context)
    {
        var (person, now) = (context.Pick(SampleData.People), WithoutZone(context.Now));
        return Payload.Compact($$"""
            {
              "id": {{context.Number(10_000, 99_999_999)}},
              "date_created_gmt": "{{now}}",
              "date_modified_gmt": "{{now}}",
              "email": "{{person.Email}}",
              "first_name": "{{person.Name}}",
              "last_name": "",
              "role": "customer",
              "username": "{{person.Login}}"
            }
            """);
    }

    private static byte[] Product(SimulationContext context) => Payload.Compact($$"""
        { "id": {{context.Number(10_000, 99_999_999)}}, "name": "{{context.Pick(SampleData.Products)}}", "status": "publish", "date_modified_gmt": "{{WithoutZone(context.Now)}}" }
        """);

    private static string WithoutZone(DateTimeOffset at) => Text.Seconds(at).TrimEnd('Z');
}
