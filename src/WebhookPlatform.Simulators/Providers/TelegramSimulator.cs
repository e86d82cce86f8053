using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Telegram: no signature, but the secret token of <c>setWebhook</c> in <c>X-Telegram-Bot-Api-Secret-Token</c>. An update's id is a number.
/// </summary>
public sealed class TelegramSimulator : IProviderSimulator
{
    public string Provider => "telegram";

    public Proof Proof { get; } = Proof.Header("X-Telegram-Bot-Api-Secret-Token");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("message", "MessageReceived", "Somebody wrote to the bot"),
        new("channel_post", "MessageReceived", "Somebody wrote in a channel"),
        new("callback_query", null, "Somebody pressed a button"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = Text.Number(context.Number(100_000_000, 9_999_999_999));
        var update = eventType switch
        {
            "message" => Message(context),
            "channel_post" => ChannelPost(context),
            "callback_query" => Callback(context),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Compact($$"""
            { "update_id": {{new JsonPiece(id)}}, "{{eventType}}": {{update}} }
            """);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, context.Secret)]);

    private static JsonPiece Message(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""
            {
              "message_id": {{context.Number(1, 2_000_000_000)}},
              "from": {{User(person)}},
              "chat": { "id": {{person.Id}}, "first_name": "{{person.Name}}", "username": "{{person.Login}}", "type": "private" },
              "date": {{context.UnixNow}},
              "text": "{{context.Pick(SampleData.Messages)}}"
            }
            """);
    }

    private static JsonPiece ChannelPost(SimulationContext context)
    {
        var channel = context.Random.Next(SampleData.Channels.Count);
        var chat = Payload.Piece($$"""{ "id": -100200300{{channel}}, "title": "{{SampleData.Channels[channel]}}", "type": "channel" }""");
        return Payload.Piece($$"""
            {
              "message_id": {{context.Number(1, 2_000_000_000)}}, "sender_chat": {{chat}}, "chat": {{chat}}, "date": {{context.UnixNow}},
              "text": "{{context.Pick(SampleData.Messages)}}"
            }
            """);
    }

    private static JsonPiece Callback(SimulationContext context) => Payload.Piece($$"""
        {
          "id": "{{Text.Number(context.Number(1_000_000_000, 9_999_999_999))}}",
          "from": {{User(context.Pick(SampleData.People))}},
          "chat_instance": "{{Text.Number(context.Number(1_000_000_000, 9_999_999_999))}}",
          "data": "confirm"
        }
        """);

    private static JsonPiece User(Person person) => Payload.Piece($$"""
        { "id": {{person.Id}}, "is_bot": false, "first_name": "{{person.Name}}", "username": "{{person.Login}}", "language_code": "en" }
        """);
}
