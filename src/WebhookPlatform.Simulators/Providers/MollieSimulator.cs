using System.Globalization;
using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Mollie's next-gen webhooks: <c>X-Mollie-Signature</c>, HMAC-SHA256 in hexadecimal over the body (docs.mollie.com/reference/webhooks-new).
/// Its classic ones are a form with a payment's id and nothing else: the receiver asks Mollie's API for the payment, which <see cref="ServesAbout"/> has, with the API key where the setting <c>ApiKey</c> gives one
/// (docs.mollie.com/reference/webhooks, docs.mollie.com/reference/get-payment).
/// </summary>
public sealed class MollieSimulator : IProviderSimulator
{
    private const string Classic = "classic";
    private const string ApiKey = "ApiKey";

    private static readonly (string Code, string Message)[] Failures =
    [
        ("insufficient_funds", "The account does not hold enough money"),
        ("card_declined", "The bank declined the card"),
    ];

    public string Provider => "mollie";

    public Proof Proof { get; } = Proof.Header("X-Mollie-Signature");

    public string? ApiSetting => "ApiUrl";

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment.paid", "PaymentCompleted", "A payment was completed"),
        new("payment.authorized", "PaymentAuthorized", "A payment waits to be captured"),
        new("payment.failed", "PaymentFailed", "A payment failed"),
        new("payment.expired", null, "A payment was not completed in time"),
        new(Classic, null, "A payment changed (classic webhook)") { IsUnproven = true, IsWithoutId = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        if ((this.FindEvent(eventType) ?? throw this.Unknown(eventType)).IsUnproven)
        {
            var changed = context.Id("tr_", 20);
            return new UnsignedRequest(changed, Classic, Form.Encode(("id", changed)), [new("Content-Type", Form.MediaType), new("User-Agent", "Mollie HTTP client/1.0")]);
        }

        var id = context.Id("event_", 20);
        var payment = context.Id("tr_", 20);
        var price = SampleData.Price(context);
        var status = eventType["payment.".Length..];
        var body = Payload.Compact($$"""
            {
              "resource": "event",
              "id": "{{id}}",
              "type": "{{eventType}}",
              "entityId": "{{payment}}",
              "createdAt": "{{Text.Seconds(context.Now)}}",
              "_embedded": {
                "entity": {
                  "resource": "payment",
                  "id": "{{payment}}",
                  "mode": "live",
                  "amount": { "value": "{{InMainUnit(price)}}", "currency": "{{price.Currency}}" },
                  "description": "{{context.Pick(SampleData.Products)}}",
                  "method": "ideal",
                  "status": "{{status}}",
                  "statusReason": {{Reason(status, context)}},
                  "customerId": "{{context.Id("cst_", 10)}}",
                  "profileId": "pfl_QkEhN94Ba",
                  "createdAt": "{{Text.Seconds(context.Now.AddMinutes(-3))}}"
                }
              }
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Mollie HTTP client/1.0"),
        ]);
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) =>
        context.Setting(ApiKey, "") is { Length: > 0 } key ? this.Settings(context, ("Secrets:0", context.Secret), ("Secrets:1", key)) : this.Settings(context, ("Secrets:0", context.Secret));

    public IReadOnlyList<ServedDocument> ServesAbout(SignedRequest webhook, SimulationContext context)
    {
        if (!IsClassic(webhook.Unproven) || Form.Decode(webhook.Body).FirstOrDefault(field => field.Name is "id").Value is not { Length: > 0 } payment)
        {
            return [];
        }

        var body = Payload.Compact($$"""
            {
              "resource": "payment", "id": "{{payment}}", "mode": "test", "createdAt": "{{Text.Seconds(context.Now.AddMinutes(-3))}}", "amount": { "value": "10.00", "currency": "EUR" },
              "description": "As the shop has it", "method": "ideal", "status": "paid", "paidAt": "{{Text.Seconds(context.Now)}}", "profileId": "pfl_QkEhN94Ba",
              "_links": { "self": { "href": "https://api.mollie.com/v2/payments/{{payment}}", "type": "application/hal+json" } }
            }
            """);
        return
        [
            new(new Uri($"https://api.mollie.com/v2/payments/{payment}"), "application/hal+json", Encoding.UTF8.GetString(body))
            {
                Authorization = context.Setting(ApiKey, "") is { Length: > 0 } key ? $"Bearer {key}" : null,
            },
        ];
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => IsClassic(request)
        ? request.WithoutProof()
        : request.WithHeaders([new(Proof.Name, "sha256=" + HmacSha256.Hex(context.Secret, "", request.Body))]);

    private static bool IsClassic(UnsignedRequest request) => request.Header("Content-Type")?.StartsWith(Form.MediaType, StringComparison.OrdinalIgnoreCase) ?? false;

    private static string InMainUnit(Money price) =>
        price.Currency is "JPY" ? Text.Number(price.Amount) : (price.Amount / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private static JsonPiece Reason(string status, SimulationContext context)
    {
        if (status is not "failed")
        {
            return new JsonPiece("null");
        }

        var (code, message) = context.Pick(Failures);
        return Payload.Piece($$"""{ "code": "{{code}}", "message": "{{message}}" }""");
    }
}
