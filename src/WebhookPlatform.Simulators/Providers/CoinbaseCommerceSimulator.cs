using System.Globalization;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Coinbase Commerce: <c>X-CC-Webhook-Signature</c>, HMAC-SHA256 in hexadecimal over the body. Amounts are decimals in text.</summary>
public sealed class CoinbaseCommerceSimulator : IProviderSimulator
{
    public string Provider => "coinbase-commerce";

    public Proof Proof { get; } = Proof.Header("X-CC-Webhook-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("charge:created", null, "A charge was made"),
        new("charge:confirmed", "PaymentCompleted", "A charge was paid and is final"),
        new("charge:failed", "PaymentFailed", "A charge was not paid in time"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var status = eventType switch
        {
            "charge:created" => "NEW",
            "charge:confirmed" => "COMPLETED",
            "charge:failed" => "EXPIRED",
            _ => throw this.Unknown(eventType),
        };
        var (id, product, cents) = (context.Uuid(), context.Pick(SampleData.Products), context.Number(500, 25_000));
        var body = Payload.Compact($$"""
            {
              "attempt_number": 1,
              "event": {
                "api_version": "2018-03-22",
                "created_at": "{{Text.Seconds(context.Now)}}",
                "data": {
                  "id": "{{context.Uuid()}}",
                  "code": "{{context.UpperId("", 8)}}",
                  "name": "{{product}}",
                  "description": "{{product}}",
                  "pricing_type": "fixed_price",
                  "pricing": {
                    "local": { "amount": "{{(cents / 100m).ToString("0.00", CultureInfo.InvariantCulture)}}", "currency": "USD" },
                    "settlement": { "amount": "{{(cents / 100m).ToString("0.00", CultureInfo.InvariantCulture)}}", "currency": "USDC" }
                  },
                  "metadata": { "order_id": "{{Text.Number(context.Number(10_000, 99_999))}}", "customer_id": "{{Text.Number(context.Pick(SampleData.People).Id)}}" },
                  "timeline": [{ "time": "{{Text.Seconds(context.Now)}}", "status": "{{status}}" }],
                  "created_at": "{{Text.Seconds(context.Now)}}"
                },
                "id": "{{id}}",
                "resource": "event",
                "type": "{{eventType}}"
              },
              "id": "{{context.Uuid()}}",
              "scheduled_for": "{{Text.Seconds(context.Now)}}"
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "weipay-webhooks"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body))]);
}
