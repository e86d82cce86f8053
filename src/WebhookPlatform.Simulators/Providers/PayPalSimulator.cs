using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Keys;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// PayPal: <c>PAYPAL-TRANSMISSION-SIG</c>, RSA with SHA-256 in base64 over the transmission's id and time, the webhook's id and the CRC-32 of the body. The receiver fetches the certificate from PayPal and trusts its authority:
/// <see cref="Serves"/> has both. The setting <c>WebhookId</c> has to be the receiver's (developer.paypal.com/api/rest/webhooks/rest).
/// </summary>
public sealed class PayPalSimulator : IProviderSimulator
{
    private const string WebhookId = "WebhookId";
    private const string TransmissionId = "PAYPAL-TRANSMISSION-ID";

    public string Provider => "paypal";

    public Proof Proof { get; } = Proof.Header("PAYPAL-TRANSMISSION-SIG");

    public SecretForm Secret { get; } = SecretForm.Certificate("messageverificationcerts.paypal.com");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("PAYMENT.CAPTURE.COMPLETED", "PaymentCompleted", "A payment was captured"),
        new("PAYMENT.CAPTURE.DENIED", "PaymentFailed", "A payment was denied"),
        new("PAYMENT.CAPTURE.REFUNDED", "PaymentRefunded", "A payment was refunded") { Follows = "PAYMENT.CAPTURE.COMPLETED" },
        new("PAYMENT.AUTHORIZATION.CREATED", "PaymentAuthorized", "A payment waits to be captured"),
        new("CUSTOMER.DISPUTE.CREATED", "PaymentDisputed", "A buyer disputes a payment") { Follows = "PAYMENT.CAPTURE.COMPLETED" },
        new("BILLING.SUBSCRIPTION.ACTIVATED", "SubscriptionStarted", "Somebody subscribed"),
        new("BILLING.SUBSCRIPTION.CANCELLED", "SubscriptionCancelled", "A subscription ended"),
        new("CHECKOUT.ORDER.APPROVED", null, "A buyer approved an order"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var (type, resource) = eventType switch
        {
            "PAYMENT.CAPTURE.COMPLETED" => Capture(context, "COMPLETED"),
            "PAYMENT.CAPTURE.DENIED" => Capture(context, "DECLINED"),
            "PAYMENT.CAPTURE.REFUNDED" => Refund(context),
            "PAYMENT.AUTHORIZATION.CREATED" => Authorization(context),
            "CUSTOMER.DISPUTE.CREATED" => Dispute(context),
            "BILLING.SUBSCRIPTION.ACTIVATED" => Subscription(context, "ACTIVE"),
            "BILLING.SUBSCRIPTION.CANCELLED" => Subscription(context, "CANCELLED"),
            "CHECKOUT.ORDER.APPROVED" => ("checkout-order", Payload.Piece($$"""{ "id": "{{context.UpperId("", 17)}}", "intent": "CAPTURE", "status": "APPROVED", "create_time": "{{Text.Seconds(context.Now)}}" }""")),
            _ => throw this.Unknown(eventType),
        };
        var id = $"WH-{context.UpperId("", 17)}-{context.UpperId("", 17)}";
        var body = Payload.Compact($$"""
            {
              "id": "{{id}}", "event_version": "1.0", "create_time": "{{Text.Milliseconds(context.Now)}}", "resource_type": "{{type}}", "resource_version": "2.0", "event_type": "{{eventType}}",
              "summary": "{{this.FindEvent(eventType)!.About}}", "resource": {{resource}},
              "links": [{ "href": "https://api.paypal.com/v1/notifications/webhooks-events/{{id}}", "rel": "self", "method": "GET" }]
            }
            """);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json"), new(TransmissionId, context.Uuid())]);
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, ("Settings:WebhookId", WebhookOf(context)));

    public IReadOnlyList<ServedDocument> Serves(SimulationContext context)
    {
        var key = context.Key(CertifiedKey.Parse);
        return [new(new Uri(AddressOf(key)), "application/x-pem-file", key.Chain) { TrustedAuthority = key.Authority.ExportCertificatePem() }];
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var key = context.Key(CertifiedKey.Parse);
        var (id, time) = (request.Header(TransmissionId) ?? request.EventId, Text.Seconds(context.Now));
        var signed = string.Create(CultureInfo.InvariantCulture, $"{id}|{time}|{WebhookOf(context)}|{Crc32.Compute(request.Body)}");
        return request.WithHeaders(
        [
            new(TransmissionId, id),
            new("PAYPAL-TRANSMISSION-TIME", time),
            new("PAYPAL-CERT-URL", AddressOf(key)),
            new("PAYPAL-AUTH-ALGO", "SHA256withRSA"),
            new(Proof.Name, Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256))),
        ]);
    }

    private static string WebhookOf(SimulationContext context) => context.Setting(WebhookId, "5GP028458E2496506");

    private static string AddressOf(CertifiedKey key) => "https://api.paypal.com/v1/notifications/certs/CERT-" + Text.Lower(key.Certificate.Thumbprint[..16]);

    private static (string Type, JsonPiece Resource) Capture(SimulationContext context, string status)
    {
        var payment = NewPayment(context);
        if (status is "COMPLETED")
        {
            context.Story?.Remember(payment);
        }

        var details = status is "COMPLETED" ? new JsonPiece("") : new JsonPiece("\"status_details\": { \"reason\": \"INSUFFICIENT_FUNDS\" },");
        return ("capture", Payload.Piece($$"""
            {
              "id": "{{payment.PaymentId}}", "status": "{{status}}", {{details}} "amount": {{Amount(payment)}}, "final_capture": true,
              "supplementary_data": { "related_ids": { "order_id": "{{payment.RelatedId}}" } }, "create_time": "{{Text.Seconds(context.Now)}}", "update_time": "{{Text.Seconds(context.Now)}}",
              "links": [{ "href": "https://api.paypal.com/v2/payments/captures/{{payment.PaymentId}}", "rel": "self", "method": "GET" }]
            }
            """));
    }

    private static (string Type, JsonPiece Resource) Refund(SimulationContext context)
    {
        var payment = context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context);
        var id = context.UpperId("", 17);
        return ("refund", Payload.Piece($$"""
            {
              "id": "{{id}}", "status": "COMPLETED", "amount": {{Amount(payment)}}, "note_to_payer": "As agreed", "create_time": "{{Text.Seconds(context.Now)}}",
              "links": [
                { "href": "https://api.paypal.com/v2/payments/refunds/{{id}}", "rel": "self", "method": "GET" },
                { "href": "https://api.paypal.com/v2/payments/captures/{{payment.PaymentId}}", "rel": "up", "method": "GET" }
              ]
            }
            """));
    }

    private static (string Type, JsonPiece Resource) Authorization(SimulationContext context)
    {
        var payment = NewPayment(context);
        return ("authorization", Payload.Piece($$"""
            {
              "id": "{{payment.PaymentId}}", "status": "CREATED", "amount": {{Amount(payment)}}, "supplementary_data": { "related_ids": { "order_id": "{{payment.RelatedId}}" } },
              "expiration_time": "{{Text.Seconds(context.Now.AddDays(29))}}", "create_time": "{{Text.Seconds(context.Now)}}"
            }
            """));
    }

    private static (string Type, JsonPiece Resource) Dispute(SimulationContext context)
    {
        var payment = context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context);
        return ("dispute", Payload.Piece($$"""
            {
              "dispute_id": "PP-D-{{context.Number(10_000, 99_999_999)}}", "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "status": "OPEN", "dispute_amount": {{Amount(payment)}},
              "disputed_transactions": [{ "seller_transaction_id": "{{payment.PaymentId}}", "buyer": { "name": "{{payment.Customer.Name}}" } }], "create_time": "{{Text.Seconds(context.Now)}}"
            }
            """));
    }

    private static (string Type, JsonPiece Resource) Subscription(SimulationContext context, string status)
    {
        var person = context.Pick(SampleData.People);
        return ("subscription", Payload.Piece($$"""
            {
              "id": "I-{{context.UpperId("", 12)}}", "status": "{{status}}", "plan_id": "P-{{context.UpperId("", 24)}}", "start_time": "{{Text.Seconds(context.Now)}}", "status_change_note": "As the customer wished",
              "subscriber": { "payer_id": "{{context.UpperId("", 13)}}", "email_address": "{{person.Email}}" }, "billing_info": { "next_billing_time": "{{Text.Seconds(context.Now.AddDays(30))}}" }
            }
            """));
    }

    private static EarlierPayment NewPayment(SimulationContext context)
    {
        var price = SampleData.Price(context);
        return new(context.UpperId("", 17), context.UpperId("", 17), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
    }

    private static JsonPiece Amount(EarlierPayment payment) =>
        Payload.Piece($$"""{ "currency_code": "{{payment.Currency}}", "value": "{{Text.Amount(new Money(payment.Amount, payment.Currency))}}" }""");
}
