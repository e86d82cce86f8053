using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Razorpay: <c>X-Razorpay-Signature</c>, HMAC-SHA256 in hexadecimal over the body; the event's id is a header too.
/// </summary>
public sealed class RazorpaySimulator : IProviderSimulator
{
    private static readonly (string Code, string Reason, string Description)[] Failures =
    [
        ("BAD_REQUEST_ERROR", "payment_failed", "Your payment didn't go through as it was declined by the bank. Try another payment method or contact your bank."),
        ("BAD_REQUEST_ERROR", "payment_cancelled", "You may have cancelled the payment or there was a delay in response from the UPI app."),
        ("GATEWAY_ERROR", "payment_timed_out", "Your payment was not completed on time. Try again."),
    ];

    public string Provider => "razorpay";

    public Proof Proof { get; } = Proof.Header("X-Razorpay-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment.captured", "PaymentCompleted", "A payment was captured"),
        new("payment.failed", "PaymentFailed", "A payment failed"),
        new("refund.processed", "PaymentRefunded", "A refund was processed") { Follows = "payment.captured" },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "payment.captured" => Captured(context),
            "payment.failed" => Failed(context),
            "refund.processed" => Refunded(context),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Id("", 14);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Razorpay-Webhook/v1"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders(
    [
        new("x-razorpay-event-id", request.EventId),
        new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body)),
    ]);

    private static byte[] Captured(SimulationContext context)
    {
        var payment = NewPayment(context);
        context.Story?.Remember(payment);
        return Envelope("payment.captured", context, new JsonPiece("\"payment\""), Payload.Piece($$"""
            "payment": { "entity": {{PaymentEntity(context, payment, "captured", 0)}} }
            """));
    }

    private static byte[] Failed(SimulationContext context) =>
        Envelope("payment.failed", context, new JsonPiece("\"payment\""), Payload.Piece($$"""
            "payment": { "entity": {{PaymentEntity(context, NewPayment(context), "failed", 0)}} }
            """));

    private static byte[] Refunded(SimulationContext context)
    {
        var payment = context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context);
        var amount = context.Random.NextDouble() < 0.7 ? payment.Amount : Math.Max(1, payment.Amount / 2);
        return Envelope("refund.processed", context, new JsonPiece("\"refund\", \"payment\""), Payload.Piece($$"""
            "refund": {
              "entity": {
                "id": "{{context.Id("rfnd_", 14)}}",
                "entity": "refund",
                "amount": {{amount}},
                "currency": "{{payment.Currency}}",
                "payment_id": "{{payment.PaymentId}}",
                "notes": [],
                "receipt": null,
                "acquirer_data": { "arn": null },
                "created_at": {{context.UnixNow}},
                "batch_id": null,
                "status": "processed",
                "speed_processed": "normal",
                "speed_requested": "normal"
              }
            },
            "payment": { "entity": {{PaymentEntity(context, payment, amount == payment.Amount ? "refunded" : "captured", amount)}} }
            """));
    }

    private static byte[] Envelope(string eventType, SimulationContext context, JsonPiece contains, JsonPiece payload) => Payload.Compact($$"""
        {
          "entity": "event",
          "account_id": "acc_BFQ7uQEaa7j2z7",
          "event": "{{eventType}}",
          "contains": [{{contains}}],
          "payload": { {{payload}} },
          "created_at": {{context.UnixNow}}
        }
        """);

    private static JsonPiece PaymentEntity(SimulationContext context, EarlierPayment payment, string status, long refunded)
    {
        var failure = status is "failed" ? context.Pick(Failures) : default;
        var fee = payment.Amount / 50;
        return Payload.Piece($$"""
            {
              "id": "{{payment.PaymentId}}",
              "entity": "payment",
              "amount": {{payment.Amount}},
              "currency": "{{payment.Currency}}",
              "status": "{{status}}",
              "order_id": "{{payment.RelatedId}}",
              "invoice_id": null,
              "international": {{payment.Currency is not "INR"}},
              "method": "upi",
              "amount_refunded": {{refunded}},
              "refund_status": {{Quoted(refunded == 0 ? null : refunded == payment.Amount ? "full" : "partial")}},
              "captured": {{status is not "failed"}},
              "description": "{{context.Pick(SampleData.Products)}}",
              "card_id": null,
              "bank": null,
              "wallet": null,
              "vpa": "{{payment.Customer.Login}}@okbank",
              "email": "{{payment.Customer.Email}}",
              "contact": "+9190000{{context.Number(10_000, 99_999)}}",
              "notes": [],
              "fee": {{(status is "failed" ? null : fee)}},
              "tax": {{(status is "failed" ? null : fee * 18 / 100)}},
              "error_code": {{Quoted(failure.Code)}},
              "error_description": {{Quoted(failure.Description)}},
              "error_source": {{Quoted(status is "failed" ? "customer" : null)}},
              "error_step": {{Quoted(status is "failed" ? "payment_authentication" : null)}},
              "error_reason": {{Quoted(failure.Reason)}},
              "acquirer_data": { "rrn": "{{context.Number(100_000_000_000, 999_999_999_999)}}" },
              "created_at": {{payment.At}}
            }
            """);
    }

    private static JsonPiece Quoted(string? value) => value is null ? new JsonPiece("null") : Payload.Piece($"\"{value}\"");

    private static EarlierPayment NewPayment(SimulationContext context)
    {
        var price = context.Random.NextDouble() < 0.85 ? new Money(context.Number(10_000, 999_900), "INR") : new Money(context.Number(500, 20_000), "USD");
        return new(context.Id("pay_", 14), context.Id("order_", 14), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
    }
}
