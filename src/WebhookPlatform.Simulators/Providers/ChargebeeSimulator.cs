using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Chargebee: <c>Authorization: Basic</c> with the secret, which is <c>user:password</c>; the body is not signed.</summary>
public sealed class ChargebeeSimulator : IProviderSimulator
{
    public string Provider => "chargebee";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public SecretForm Secret => SecretForm.Credentials;

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment_succeeded", "PaymentCompleted", "A part of an invoice was paid"),
        new("payment_refunded", "PaymentRefunded", "A payment was refunded") { Follows = "payment_succeeded" },
        new("invoice_generated", "InvoiceIssued", "An invoice was made"),
        new("subscription_created", "SubscriptionStarted", "Somebody subscribed"),
        new("subscription_cancelled", "SubscriptionCancelled", "A subscription ended"),
        new("customer_created", "CustomerCreated", "A customer was added"),
        new("card_expiry_reminder", null, "A card expires soon"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        var content = eventType switch
        {
            "payment_succeeded" => Paid(context, person),
            "payment_refunded" => Refunded(context, person),
            "invoice_generated" => Invoice(context, person),
            "subscription_created" => Subscription(context, person, "active"),
            "subscription_cancelled" => Subscription(context, person, "cancelled"),
            "customer_created" or "card_expiry_reminder" => Customer(person),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Id("ev_", 16);
        var body = Payload.Compact($$"""
            {
              "id": "{{id}}",
              "occurred_at": {{context.UnixNow}},
              "source": "scheduled",
              "object": "event",
              "api_version": "v2",
              "content": { {{content}} },
              "event_type": "{{eventType}}",
              "webhook_status": "scheduled"
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json;charset=UTF-8"),
            new("User-Agent", "ChargeBee"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(context.Secret)))]);

    private static JsonPiece Paid(SimulationContext context, Person person)
    {
        var price = SampleData.Price(context);
        var payment = new EarlierPayment(context.Id("txn_", 16), Text.Number(context.Number(1_000, 99_999)), price.Amount, price.Currency, person, context.UnixNow);
        context.Story?.Remember(payment);
        return Payload.Piece($$"""
            "transaction": {{Transaction(payment, payment.PaymentId, "payment", payment.Amount, null)}},
            "invoice": { "id": "{{payment.RelatedId}}", "customer_id": "{{person.Login}}", "status": "payment_due", "total": {{payment.Amount * 2}}, "currency_code": "{{payment.Currency}}", "object": "invoice" },
            {{Customer(person)}}
            """);
    }

    private static JsonPiece Refunded(SimulationContext context, Person person)
    {
        var price = SampleData.Price(context);
        var payment = context.Story?.Take<EarlierPayment>(context.Random) ?? new EarlierPayment(context.Id("txn_", 16), "", price.Amount, price.Currency, person, context.UnixNow);
        return Payload.Piece($$"""
            "transaction": {{Transaction(payment, context.Id("txn_", 16), "refund", payment.Amount, payment.PaymentId)}},
            {{Customer(payment.Customer)}}
            """);
    }

    private static JsonPiece Transaction(EarlierPayment payment, string id, string type, long amount, string? refunded) => Payload.Piece($$"""
        {
          "id": "{{id}}",
          "customer_id": "{{payment.Customer.Login}}",
          "gateway": "chargebee",
          "payment_method": "card",
          "type": "{{type}}",
          "date": {{payment.At}},
          "amount": {{amount}},
          "currency_code": "{{payment.Currency}}",
          "refunded_txn_id": {{(refunded is null ? new JsonPiece("null") : Payload.Piece($"\"{refunded}\""))}},
          "status": "success",
          "object": "transaction"
        }
        """);

    private static JsonPiece Invoice(SimulationContext context, Person person)
    {
        var price = SampleData.Price(context);
        return Payload.Piece($$"""
            "invoice": {
              "id": "{{Text.Number(context.Number(1_000, 99_999))}}",
              "customer_id": "{{person.Login}}",
              "status": "payment_due",
              "date": {{context.UnixNow}},
              "total": {{price.Amount}},
              "currency_code": "{{price.Currency}}",
              "object": "invoice"
            }
            """);
    }

    private static JsonPiece Subscription(SimulationContext context, Person person, string status) => Payload.Piece($$"""
        "subscription": {
          "id": "{{context.Id("", 16)}}",
          "customer_id": "{{person.Login}}",
          "status": "{{status}}",
          "currency_code": "EUR",
          "current_term_start": {{context.UnixNow}},
          "current_term_end": {{context.UnixNow + 2_592_000}},
          "cancelled_at": {{(status is "cancelled" ? context.UnixNow : null)}},
          "subscription_items": [{ "item_price_id": "pro-EUR-Monthly", "item_type": "plan", "quantity": 1 }],
          "object": "subscription"
        },
        {{Customer(person)}}
        """);

    private static JsonPiece Customer(Person person)
    {
        var names = person.Name.Split(' ', 2);
        return Payload.Piece($$"""
            "customer": { "id": "{{person.Login}}", "first_name": "{{names[0]}}", "last_name": "{{names[^1]}}", "email": "{{person.Email}}", "object": "customer" }
            """);
    }
}
