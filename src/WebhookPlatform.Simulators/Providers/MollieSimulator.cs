using System.Globalization;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Mollie's next-gen webhooks: <c>X-Mollie-Signature</c>, HMAC-SHA256 in hexadecimal over the body.
/// Its classic ones are not simulated: they are proven by asking Mollie, which knows nothing of a simulated payment.
/// </summary>
public sealed class MollieSimulator : IProviderSimulator
{
    private static readonly (string Code, string Message)[] Failures =
    [
        ("insufficient_funds", "The account does not hold enough money"),
        ("card_declined", "The bank declined the card"),
    ];

    public string Provider => "mollie";

    public Proof Proof { get; } = Proof.Header("X-Mollie-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment.paid", "PaymentCompleted", "A payment was completed"),
        new("payment.authorized", "PaymentAuthorized", "A payment waits to be captured"),
        new("payment.failed", "PaymentFailed", "A payment failed"),
        new("payment.expired", null, "A payment was not completed in time"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
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

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "sha256=" + HmacSha256.Hex(context.Secret, "", request.Body))]);

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
