using System.Text.Json.Nodes;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Adyen's standard webhooks sign each item inside the body: HMAC-SHA256 in base64, with the key decoded from hexadecimal, over eight of its values with colons between.
/// An item is known by its event code, PSP reference and success (docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures).
/// </summary>
public sealed class AdyenSimulator : IProviderSimulator
{
    private const string Item = "NotificationRequestItem";

    private static readonly string[] Reasons = ["Not enough balance", "Expired Card", "FRAUD", "Refused"];

    public string Provider => "adyen";

    public Proof Proof { get; } = Proof.Body("notificationItems[].NotificationRequestItem.additionalData.hmacSignature");

    public SecretForm Secret => SecretForm.HexKey;

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("AUTHORISATION", "PaymentAuthorized", "A payment was authorised"),
        new("AUTHORISATION.refused", "PaymentFailed", "A payment was refused"),
        new("CAPTURE", "PaymentCompleted", "A payment was captured") { Follows = "AUTHORISATION" },
        new("REFUND", "PaymentRefunded", "A payment was refunded") { Follows = "CAPTURE" },
        new("CHARGEBACK", "PaymentDisputed", "A shopper disputes a payment") { Follows = "CAPTURE" },
        new("REPORT_AVAILABLE", null, "A report can be fetched"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var parts = eventType.Split('.');
        var (code, success) = (parts[0], parts.Length > 1 ? "false" : "true");
        var reference = context.UpperId("", 16);
        var payment = code switch
        {
            "CAPTURE" => context.Story?.Take<Authorised>(context.Random)?.Payment ?? NewPayment(context, context.UpperId("", 16)),
            "REFUND" or "CHARGEBACK" => context.Story?.Take<EarlierPayment>(context.Random) ?? NewPayment(context, context.UpperId("", 16)),
            _ => NewPayment(context, reference),
        };
        switch (eventType)
        {
            case "AUTHORISATION":
                context.Story?.Remember(new Authorised(payment));
                break;
            case "CAPTURE":
                context.Story?.Remember(payment);
                break;
        }

        var amount = code is "REPORT_AVAILABLE" ? 0 : payment.Amount;
        var original = string.Equals(payment.PaymentId, reference, StringComparison.Ordinal) ? new JsonPiece("") : Payload.Piece($""" "originalReference": "{payment.PaymentId}", """);
        var reason = success is "true" ? "" : context.Pick(Reasons);
        var body = Payload.Compact($$"""
            {
              "live": "false",
              "notificationItems": [
                {
                  "{{Item}}": {
                    "additionalData": {}, "amount": { "currency": "{{payment.Currency}}", "value": {{amount}} }, "eventCode": "{{code}}",
                    "eventDate": "{{Text.Seconds(context.Now)}}", "merchantAccountCode": "AcmeShop", "merchantReference": "{{payment.RelatedId}}", {{original}}
                    "paymentMethod": "visa", "pspReference": "{{reference}}", "reason": "{{reason}}", "success": "{{success}}"
                  }
                }
              ]
            }
            """);
        return new UnsignedRequest($"{code}:{reference}:{success}", eventType, body, [new("Content-Type", "application/json; charset=utf-8")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var json = JsonBody.Parse(request.Body, Provider);
        var key = Key(context.Secret);
        foreach (var wrapped in JsonBody.Items(json, "notificationItems", Provider))
        {
            var item = wrapped[Item] as JsonObject ?? throw new ArgumentException($"Every item of notificationItems has to be a {Item}.", nameof(request));
            if (item["additionalData"] is not JsonObject additional)
            {
                item["additionalData"] = additional = [];
            }

            JsonNode?[] signed =
            [
                item["pspReference"], item["originalReference"], item["merchantAccountCode"], item["merchantReference"],
                (item["amount"] as JsonObject)?["value"], (item["amount"] as JsonObject)?["currency"], item["eventCode"], item["success"],
            ];
            additional["hmacSignature"] = Convert.ToBase64String(HmacSha256.Compute(key, string.Join(':', signed.Select(JsonBody.TextOf)), []));
        }

        return request.WithBody(JsonBody.Bytes(json));
    }

    private static EarlierPayment NewPayment(SimulationContext context, string reference)
    {
        var price = SampleData.Price(context);
        return new(reference, "order-" + Text.Number(context.Number(10_000, 99_999)), price.Amount, price.Currency, context.Pick(SampleData.People), context.UnixNow);
    }

    private static byte[] Key(string secret)
    {
        try
        {
            return Convert.FromHexString(secret);
        }
        catch (FormatException exception)
        {
            throw new ArgumentException("Adyen's keys are hexadecimal.", nameof(secret), exception);
        }
    }

    /// <summary>A payment that waits to be captured.</summary>
    private sealed record Authorised(EarlierPayment Payment);
}
