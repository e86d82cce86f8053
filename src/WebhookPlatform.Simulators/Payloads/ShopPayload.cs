using System.Globalization;

namespace WebhookPlatform.Simulators.Payloads;

/// <summary>The small JSON of a home-made shop, which <c>hmac</c>, <c>token</c> and other generic sources send. Which field means what is up to the source's mapping.</summary>
internal static class ShopPayload
{
    public static IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("payment_success", "PaymentCompleted", "An order was paid (becomes an event if the source maps it)"),
        new("payment_failed", "PaymentFailed", "An order could not be paid (likewise)"),
        new("order_created", null, "An order was placed"),
    ];

    /// <summary>How a source reads the payload: its id, type and time, and what becomes of which event.</summary>
    /// <param name="prefix">What stands before the names of fields, where the payload is a part of the body.</param>
    public static IReadOnlyList<(string Key, string Value)> Mapping(string prefix = "") =>
    [
        ("EventIdField", prefix + "id"),
        ("EventTypeField", prefix + "event"),
        ("OccurredAtField", prefix + "createdAt"),
        .. Events.Where(known => known.Becomes is not null).SelectMany((known, index) => Rule(string.Create(CultureInfo.InvariantCulture, $"Map:{index}"), known, prefix)),
    ];

    public static UnsignedRequest Build(IProviderSimulator simulator, string eventType, SimulationContext context)
    {
        _ = simulator.FindEvent(eventType) ?? throw simulator.Unknown(eventType);
        var (id, body) = Create(eventType, context);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json")]);
    }

    private static IEnumerable<(string Key, string Value)> Rule(string key, SimulatedEvent known, string prefix) =>
    [
        ($"{key}:When:{prefix}event", known.Name),
        ($"{key}:Event", known.Becomes!),
        ($"{key}:Fields:PaymentId", prefix + "orderId"),
        ($"{key}:Fields:Amount", prefix + "amount"),
        ($"{key}:Fields:Currency", prefix + "currency"),
    ];

    private static (string Id, byte[] Body) Create(string eventType, SimulationContext context)
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
