using System.Globalization;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Standard Webhooks (also Svix): <c>webhook-signature: v1,…</c>, HMAC-SHA256 in base64 over <c>{id}.{timestamp}.</c> and the body.
/// The key is what the base64 after <c>whsec_</c> decodes to. The payload is <c>{ type, timestamp, data }</c>.
/// </summary>
public sealed class StandardWebhooksSimulator : IProviderSimulator
{
    private const string SecretPrefix = "whsec_";

    public string Provider => "standard-webhooks";

    public Proof Proof { get; } = Proof.Header("webhook-signature");

    public SecretForm Secret => SecretForm.StandardWebhooks;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment.completed", "PaymentCompleted", "A payment went through"),
        new("payment.failed", "PaymentFailed", "A payment failed"),
        new("payment.refunded", "PaymentRefunded", "A payment was refunded") { Follows = "payment.completed" },
        new("message.received", "MessageReceived", "Somebody wrote"),
        new("file.uploaded", "FileUploaded", "A file was stored"),
        new("user.created", null, "A user signed up"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var data = eventType switch
        {
            "payment.completed" => Completed(context),
            "payment.failed" => Failed(context),
            "payment.refunded" => Refunded(context),
            "message.received" => Message(context),
            "file.uploaded" => File(context),
            "user.created" => User(context),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Compact($$"""
            { "type": "{{eventType}}", "timestamp": "{{Text.Microseconds(context.Now)}}", "data": {{data}} }
            """);
        var id = context.Id("msg_", 27);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Standard-Webhooks/1.0"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var timestamp = Text.Number(context.Now.ToUnixTimeSeconds());
        var signature = HmacSha256.Compute(Key(context.Secret), $"{request.EventId}.{timestamp}.", request.Body);
        return request.WithHeaders(
        [
            new("webhook-id", request.EventId),
            new("webhook-timestamp", timestamp),
            new(Proof.Name, "v1," + Convert.ToBase64String(signature)),
        ]);
    }

    private static byte[] Key(string secret)
    {
        var encoded = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        // Some issuers leave the padding away.
        var padded = encoded.TrimEnd('=') + new string('=', (4 - (encoded.TrimEnd('=').Length % 4)) % 4);
        try
        {
            return Convert.FromBase64String(padded);
        }
        catch (FormatException exception)
        {
            throw new ArgumentException("A Standard Webhooks secret is 'whsec_' followed by base64; this one is not.", nameof(secret), exception);
        }
    }

    private static JsonPiece Completed(SimulationContext context)
    {
        var payment = NewPayment(context);
        context.Story?.Remember(payment);
        return Payload.Piece($$"""
            {
              "paymentId": "{{payment.PaymentId}}", "orderId": "{{payment.RelatedId}}", "amount": {{payment.Amount}}, "currency": "{{payment.Currency}}",
              "customerId": "{{payment.Customer.Login}}", "description": "{{context.Pick(SampleData.Products)}}"
            }
            """);
    }

    private static JsonPiece Failed(SimulationContext context)
    {
        var payment = NewPayment(context);
        return Payload.Piece($$"""
            {
              "paymentId": "{{payment.PaymentId}}", "orderId": "{{payment.RelatedId}}", "amount": {{payment.Amount}}, "currency": "{{payment.Currency}}",
              "customerId": "{{payment.Customer.Login}}", "failureCode": "insufficient_funds", "failureMessage": "The account has too little money."
            }
            """);
    }

    private static JsonPiece Refunded(SimulationContext context)
    {
        var payment = context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context);
        return Payload.Piece($$"""
            {
              "refundId": "{{context.Id("ref_", 20)}}", "paymentId": "{{payment.PaymentId}}",
              "amount": {{payment.Amount}}, "currency": "{{payment.Currency}}", "reason": "requested_by_customer"
            }
            """);
    }

    private static JsonPiece Message(SimulationContext context) => Payload.Piece($$"""
        {
          "messageId": "{{context.Id("m_", 20)}}", "conversation": "{{context.Pick(SampleData.Channels)}}",
          "sender": "{{context.Pick(SampleData.People).Login}}", "text": "{{context.Pick(SampleData.Messages)}}"
        }
        """);

    private static JsonPiece File(SimulationContext context)
    {
        var (name, contentType) = context.Pick(SampleData.Files);
        return Payload.Piece($$"""
            {
              "container": "uploads", "path": "{{string.Format(CultureInfo.InvariantCulture, name, context.Number(1000, 9999))}}",
              "sizeBytes": {{context.Number(1_000, 50_000_000)}}, "contentType": "{{contentType}}", "etag": "{{context.Hex(32)}}",
              "uploadedBy": "{{context.Pick(SampleData.People).Login}}"
            }
            """);
    }

    private static JsonPiece User(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""
            { "userId": "{{context.Id("usr_", 20)}}", "name": "{{person.Name}}", "email": "{{person.Email}}" }
            """);
    }

    private static EarlierPayment NewPayment(SimulationContext context)
    {
        var price = SampleData.Price(context);
        return new(context.Id("pay_", 20), context.Id("ord_", 12), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
    }
}
