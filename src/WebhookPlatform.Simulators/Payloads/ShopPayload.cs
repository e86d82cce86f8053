namespace WebhookPlatform.Simulators.Payloads;

/// <summary>The small JSON of a home-made shop, which <c>hmac</c> and <c>token</c> sources send. Which field means what is up to the source's mapping.</summary>
internal static class ShopPayload
{
    public static IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment_success", "PaymentCompleted", "An order was paid (becomes an event if the source maps it)"),
        new("payment_failed", "PaymentFailed", "An order could not be paid (likewise)"),
        new("order_created", null, "An order was placed"),
    ];

    public static (string Id, byte[] Body) Create(string eventType, SimulationContext context)
    {
        var id = context.Uuid();
        var price = SampleData.Price(context);
        return (id, Payload.Compact($$"""
            {
              "event": "{{eventType}}",
              "id": "{{id}}",
              "orderId": "{{context.Id("ord_", 12)}}",
              "amount": {{price.Amount}},
              "currency": "{{price.Currency}}",
              "customer": "{{context.Pick(SampleData.People).Email}}",
              "createdAt": "{{Text.Seconds(context.Now)}}"
            }
            """));
    }
}
