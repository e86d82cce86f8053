using System.Text;
using WebhookPlatform.Simulators.Keys;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Discord: <c>X-Signature-Ed25519</c>, Ed25519 in hexadecimal over the timestamp header and the body. The gateway's secret is the application's public key.
/// Interactions have an id, webhook events have none (docs.discord.com/developers: "Interactions", "Webhook Events").
/// </summary>
public sealed class DiscordSimulator : IProviderSimulator
{
    private const string Command = "interaction.application_command";
    private const string Component = "interaction.message_component";
    private const string Authorized = "APPLICATION_AUTHORIZED";
    private const string Ping = "interaction.ping";
    private const string EventPing = "event.ping";
    private const string Application = "1203355417210880002";
    private const long FirstMillisecond = 1_420_070_400_000;

    public string Provider => "discord";

    public Proof Proof { get; } = Proof.Header("X-Signature-Ed25519");

    public SecretForm Secret => SecretForm.Ed25519Key;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new(Command, "MessageReceived", "Somebody used a slash command"),
        new(Component, null, "Somebody pressed a button"),
        new(Authorized, null, "Somebody added the application (a webhook event)") { IsWithoutId = true },
        new(Ping, null, "Discord tries the interactions endpoint") { IsHandshake = true },
        new(EventPing, null, "Discord tries the address of webhook events") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = Snowflake(context);
        var body = eventType switch
        {
            Command => Interaction(id, 2, context, Payload.Piece($$"""
                { "id": "1203355417210880101", "name": "order", "type": 1, "options": [{ "name": "number", "type": 4, "value": {{context.Number(1000, 9999)}} }] }
                """)),
            Component => Interaction(id, 3, context, Payload.Piece($$"""{ "component_type": 2, "custom_id": "refund-{{context.Number(1000, 9999)}}" }""")),
            Authorized => Payload.Compact($$"""
                {
                  "version": 1, "application_id": "{{Application}}", "type": 1,
                  "event": {
                    "type": "{{Authorized}}", "timestamp": "{{Text.Microseconds(context.Now)}}",
                    "data": { "integration_type": 0, "scopes": ["applications.commands"], "user": {{User(context)}}, "guild": { "id": "{{id}}", "name": "Acme" } }
                  }
                }
                """),
            Ping => Payload.Compact($$"""
                { "version": 1, "application_id": "{{Application}}", "id": "{{id}}", "token": "{{context.Id("", 80)}}", "type": 1, "user": {{User(context)}} }
                """),
            EventPing => Payload.Compact($$"""{ "version": 1, "application_id": "{{Application}}", "type": 0 }"""),
            _ => throw this.Unknown(eventType),
        };
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json"), new("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")])
        {
            ExpectedAnswer = eventType switch
            {
                Ping => """{"type":1}""",
                EventPing => "",
                _ => null,
            },
        };
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) =>
        this.Settings(context, ("Secrets:0", Convert.ToHexStringLower(context.Key(Ed25519PrivateKey.Parse).PublicKey)));

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var timestamp = Text.Number(context.UnixNow);
        var signature = context.Key(Ed25519PrivateKey.Parse).Sign([.. Encoding.ASCII.GetBytes(timestamp), .. request.Body]);
        return request.WithHeaders([new("X-Signature-Timestamp", timestamp), new(Proof.Name, Convert.ToHexStringLower(signature))]);
    }

    private static byte[] Interaction(string id, int type, SimulationContext context, JsonPiece data) => Payload.Compact($$"""
        {
          "version": 1, "application_id": "{{Application}}", "id": "{{id}}", "token": "{{context.Id("", 80)}}", "type": {{type}},
          "guild_id": "1203355417210880003", "channel_id": "{{1_203_355_417_210_880_010 + context.Random.Next(SampleData.Channels.Count)}}", "locale": "en-GB",
          "member": { "user": {{User(context)}}, "roles": [], "permissions": "2147483647" }, "data": {{data}}
        }
        """);

    private static JsonPiece User(SimulationContext context)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""{ "id": "{{1_100_000_000_000_000_000 + person.Id}}", "username": "{{person.Login}}", "global_name": "{{person.Name}}", "avatar": null }""");
    }

    // Milliseconds since 2015, then what keeps ids of one millisecond apart.
    private static string Snowflake(SimulationContext context) =>
        Text.Number(((context.Now.ToUnixTimeMilliseconds() - FirstMillisecond - context.Number(0, 999)) << 22) | context.Number(0, (1 << 22) - 1));
}
