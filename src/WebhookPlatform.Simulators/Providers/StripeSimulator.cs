using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Stripe: <c>Stripe-Signature: t=…,v1=…</c>, HMAC-SHA256 in hexadecimal over <c>{t}.</c> and the body.
/// The key is the whole secret, <c>whsec_</c> included.
/// </summary>
public sealed class StripeSimulator : IProviderSimulator
{
    public string Provider => "stripe";

    public Proof Proof { get; } = Proof.Header("Stripe-Signature");

    public SecretForm Secret => SecretForm.Stripe;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment_intent.succeeded", "PaymentCompleted", "A payment went through"),
        new("payment_intent.payment_failed", "PaymentFailed", "A card was declined"),
        new("charge.refunded", "PaymentRefunded", "A charge was refunded, in full or in part") { Follows = "payment_intent.succeeded" },
        new("customer.created", "CustomerCreated", "A customer was added"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = context.Id("evt_", 24);
        var data = eventType switch
        {
            "payment_intent.succeeded" => Succeeded(context),
            "payment_intent.payment_failed" => Failed(context),
            "charge.refunded" => Refunded(context),
            "customer.created" => Customer(context),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Indented($$"""
            {
              "id": "{{id}}",
              "object": "event",
              "api_version": "2025-09-30.clover",
              "created": {{context.UnixNow}},
              "data": {{data}},
              "livemode": false,
              "pending_webhooks": 1,
              "request": {
                "id": "{{context.Id("req_", 14)}}",
                "idempotency_key": "{{context.Uuid()}}"
              },
              "type": "{{eventType}}"
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json; charset=utf-8"),
            new("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var timestamp = Text.Number(context.Now.ToUnixTimeSeconds());
        return request.WithHeaders([new(Proof.Name, $"t={timestamp},v1={HmacSha256.Hex(context.Secret, timestamp + ".", request.Body)}")]);
    }

    private static JsonPiece Succeeded(SimulationContext context)
    {
        var payment = NewPayment(context);
        context.Story?.Remember(payment);
        return Payload.Piece($$"""
            {
                "object": {
                  "id": "{{payment.PaymentId}}",
                  "object": "payment_intent",
                  "amount": {{payment.Amount}},
                  "amount_capturable": 0,
                  "amount_received": {{payment.Amount}},
                  "capture_method": "automatic",
                  "client_secret": "{{payment.PaymentId}}_secret_{{context.Id("", 25)}}",
                  "confirmation_method": "automatic",
                  "created": {{payment.At - context.Number(1, 90)}},
                  "currency": "{{Text.Lower(payment.Currency)}}",
                  "customer": "{{context.Id("cus_", 14)}}",
                  "description": "{{context.Pick(SampleData.Products)}}",
                  "last_payment_error": null,
                  "latest_charge": "{{payment.RelatedId}}",
                  "livemode": false,
                  "metadata": { "order_id": "{{context.Number(10_000, 99_999)}}" },
                  "payment_method": "{{context.Id("pm_", 24)}}",
                  "payment_method_types": ["card"],
                  "receipt_email": "{{payment.Customer.Email}}",
                  "status": "succeeded"
                }
              }
            """);
    }

    private static JsonPiece Failed(SimulationContext context)
    {
        var payment = NewPayment(context);
        var (code, message) = context.Pick(Declines);
        return Payload.Piece($$"""
            {
                "object": {
                  "id": "{{payment.PaymentId}}",
                  "object": "payment_intent",
                  "amount": {{payment.Amount}},
                  "amount_capturable": 0,
                  "amount_received": 0,
                  "capture_method": "automatic",
                  "created": {{payment.At - context.Number(1, 90)}},
                  "currency": "{{Text.Lower(payment.Currency)}}",
                  "customer": "{{context.Id("cus_", 14)}}",
                  "description": "{{context.Pick(SampleData.Products)}}",
                  "last_payment_error": {
                    "charge": "{{payment.RelatedId}}",
                    "code": "card_declined",
                    "decline_code": "{{code}}",
                    "doc_url": "https://stripe.com/docs/error-codes/card-declined",
                    "message": "{{message}}",
                    "type": "card_error"
                  },
                  "latest_charge": "{{payment.RelatedId}}",
                  "livemode": false,
                  "metadata": { "order_id": "{{context.Number(10_000, 99_999)}}" },
                  "payment_method": null,
                  "payment_method_types": ["card"],
                  "receipt_email": "{{payment.Customer.Email}}",
                  "status": "requires_payment_method"
                }
              }
            """);
    }

    private static JsonPiece Refunded(SimulationContext context)
    {
        var payment = context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context);
        var refunded = context.Random.NextDouble() < 0.7 ? payment.Amount : Math.Max(1, payment.Amount / 2);
        return Payload.Piece($$"""
            {
                "object": {
                  "id": "{{payment.RelatedId}}",
                  "object": "charge",
                  "amount": {{payment.Amount}},
                  "amount_captured": {{payment.Amount}},
                  "amount_refunded": {{refunded}},
                  "balance_transaction": "{{context.Id("txn_", 24)}}",
                  "billing_details": { "email": "{{payment.Customer.Email}}", "name": "{{payment.Customer.Name}}" },
                  "captured": true,
                  "created": {{payment.At}},
                  "currency": "{{Text.Lower(payment.Currency)}}",
                  "disputed": false,
                  "livemode": false,
                  "metadata": {},
                  "paid": true,
                  "payment_intent": "{{payment.PaymentId}}",
                  "payment_method": "{{context.Id("pm_", 24)}}",
                  "receipt_email": "{{payment.Customer.Email}}",
                  "refunded": {{refunded == payment.Amount}},
                  "status": "succeeded"
                },
                "previous_attributes": {
                  "amount_refunded": 0,
                  "receipt_url": null,
                  "refunded": false
                }
              }
            """);
    }

    private static JsonPiece Customer(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""
            {
                "object": {
                  "id": "{{context.Id("cus_", 14)}}",
                  "object": "customer",
                  "balance": 0,
                  "created": {{context.UnixNow}},
                  "currency": null,
                  "description": null,
                  "email": "{{person.Email}}",
                  "invoice_prefix": "{{context.UpperId("", 8)}}",
                  "livemode": false,
                  "metadata": {},
                  "name": "{{person.Name}}",
                  "preferred_locales": ["en"],
                  "tax_exempt": "none"
                }
              }
            """);
    }

    private static EarlierPayment NewPayment(SimulationContext context)
    {
        var price = SampleData.Price(context);
        return new(context.Id("pi_3", 23), context.Id("ch_3", 23), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
    }

    private static readonly (string Code, string Message)[] Declines =
    [
        ("insufficient_funds", "Your card has insufficient funds."),
        ("generic_decline", "Your card was declined."),
        ("lost_card", "Your card was declined."),
        ("expired_card", "Your card has expired."),
    ];
}
