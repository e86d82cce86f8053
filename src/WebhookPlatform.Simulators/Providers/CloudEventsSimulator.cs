using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Any sender of CloudEvents over HTTP, proven by <c>Authorization: Bearer …</c>: structured, binary (attributes in <c>ce-</c> headers), and the request for consent that comes before (github.com/cloudevents/spec).
/// Source and id together identify an event.
/// </summary>
public sealed class CloudEventsSimulator : IProviderSimulator
{
    private const string Paid = "com.example.order.paid";
    private const string Binary = Paid + ".binary";
    private const string Created = "com.example.order.created";
    private const string Consent = "consent";
    private const string Source = "https://shop.example.com/orders";
    private const string Origin = "events.example.com";

    public string Provider => "cloudevents";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new(Paid, "PaymentCompleted", "An order was paid, structured (becomes an event if the source maps it)"),
        new(Binary, "PaymentCompleted", "An order was paid, binary (likewise)"),
        new(Created, null, "An order was placed, structured"),
        new(Consent, null, "A sender asks whether it may deliver (OPTIONS)") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var (id, order) = (context.Uuid(), context.Id("ord_", 12));
        var key = $"{Source} {id}";
        return eventType switch
        {
            Paid or Created => new UnsignedRequest(key, eventType, Structured(id, eventType, order, context), [new("Content-Type", "application/cloudevents+json; charset=utf-8")]),
            Binary => new UnsignedRequest(key, eventType, Encoding.UTF8.GetBytes(Data(order, context).Text),
            [
                new("Content-Type", "application/json"), new("ce-specversion", "1.0"), new("ce-id", id), new("ce-source", Source),
                new("ce-type", Paid), new("ce-subject", order), new("ce-time", Text.Milliseconds(context.Now)),
            ]),
            Consent => new UnsignedRequest(key, eventType, [], [new("WebHook-Request-Origin", Origin), new("WebHook-Request-Rate", "120")]) { Method = HttpMethod.Options, ExpectedAnswer = Origin },
            _ => throw this.Unknown(eventType),
        };
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(
        context,
        ("Secrets:0", context.Secret),
        ("Settings:AllowedOrigins", Origin),
        ("Map:0:When:type", Paid),
        ("Map:0:Event", "PaymentCompleted"),
        ("Map:0:Fields:PaymentId", "data.orderId"),
        ("Map:0:Fields:Amount", "data.amount"),
        ("Map:0:Fields:Currency", "data.currency"));

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) =>
        request.Method == HttpMethod.Options ? request.WithoutProof() : request.WithHeaders([new(Proof.Name, "Bearer " + context.Secret)]);

    private static byte[] Structured(string id, string type, string order, SimulationContext context) => Payload.Compact($$"""
        {
          "specversion": "1.0", "id": "{{id}}", "source": "{{Source}}", "type": "{{type}}", "subject": "{{order}}", "time": "{{Text.Milliseconds(context.Now)}}",
          "datacontenttype": "application/json", "data": {{Data(order, context)}}
        }
        """);

    private static JsonPiece Data(string order, SimulationContext context)
    {
        var price = SampleData.Price(context);
        return Payload.Piece($$"""{ "orderId": "{{order}}", "amount": {{price.Amount}}, "currency": "{{price.Currency}}", "customer": "{{context.Pick(SampleData.People).Email}}" }""");
    }
}
