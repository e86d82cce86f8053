using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Slack: <c>X-Slack-Signature: v0=…</c>, HMAC-SHA256 in hexadecimal over <c>v0:{timestamp}:</c> and the body, which is JSON for events and a form for slash commands.
/// </summary>
public sealed class SlackSimulator : IProviderSimulator
{
    private const string Team = "T06ACMELABS";

    public string Provider => "slack";

    public Proof Proof { get; } = Proof.Header("X-Slack-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("message", "MessageReceived", "Somebody wrote in a channel (event_callback)"),
        new("slash_command", "MessageReceived", "Somebody used a slash command (a form)"),
        new("url_verification", null, "Slack tries a new address; the answer is the challenge") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var (id, contentType, body) = eventType switch
        {
            "message" => Message(context),
            "slash_command" => SlashCommand(context),
            "url_verification" => UrlVerification(context),
            _ => throw this.Unknown(eventType),
        };
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", contentType),
            new("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)"),
        ])
        {
            ExpectedAnswer = eventType is "url_verification" ? id : null,
        };
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var timestamp = Text.Number(context.Now.ToUnixTimeSeconds());
        return request.WithHeaders(
        [
            new("X-Slack-Request-Timestamp", timestamp),
            new(Proof.Name, "v0=" + HmacSha256.Hex(context.Secret, $"v0:{timestamp}:", request.Body)),
        ]);
    }

    private static (string Id, string ContentType, byte[] Body) Message(SimulationContext context)
    {
        var id = context.UpperId("Ev", 9);
        var channel = context.Random.Next(SampleData.Channels.Count);
        var written = $"{Text.Number(context.UnixNow)}.{Text.Number(context.Number(100_000, 999_999))}";
        var text = context.Pick(SampleData.Messages);
        var body = Payload.Compact($$"""
            {
              "token": "{{VerificationToken}}",
              "team_id": "{{Team}}",
              "context_team_id": "{{Team}}",
              "context_enterprise_id": null,
              "api_app_id": "A06WEBHOOKS",
              "event": {
                "user": "{{UserId(context)}}",
                "type": "message",
                "ts": "{{written}}",
                "client_msg_id": "{{context.Uuid()}}",
                "text": "{{text}}",
                "team": "{{Team}}",
                "blocks": [
                  {
                    "type": "rich_text",
                    "block_id": "{{context.Id("", 5)}}",
                    "elements": [{ "type": "rich_text_section", "elements": [{ "type": "text", "text": "{{text}}" }] }]
                  }
                ],
                "channel": "C06CHANNEL{{channel}}",
                "event_ts": "{{written}}",
                "channel_type": "channel"
              },
              "type": "event_callback",
              "event_id": "{{id}}",
              "event_time": {{context.UnixNow}},
              "authorizations": [
                { "enterprise_id": null, "team_id": "{{Team}}", "user_id": "U06THEBOT01", "is_bot": true, "is_enterprise_install": false }
              ],
              "is_ext_shared_channel": false,
              "event_context": "4-{{context.Id("", 60)}}"
            }
            """);
        return (id, "application/json", body);
    }

    private static (string Id, string ContentType, byte[] Body) SlashCommand(SimulationContext context)
    {
        var trigger = $"{Text.Number(context.Number(1_000_000_000, 9_999_999_999))}.{Text.Number(context.Number(1_000_000_000, 9_999_999_999))}.{context.Hex(32)}";
        var channel = context.Random.Next(SampleData.Channels.Count);
        (string Name, string Value)[] fields =
        [
            ("token", VerificationToken), ("team_id", Team), ("team_domain", "acme-labs"),
            ("channel_id", "C06CHANNEL" + Text.Number(channel)), ("channel_name", SampleData.Channels[channel]),
            ("user_id", UserId(context)), ("user_name", context.Pick(SampleData.People).Login),
            ("command", "/order"), ("text", "status " + Text.Number(context.Number(1000, 9999))),
            ("api_app_id", "A06WEBHOOKS"), ("is_enterprise_install", "false"),
            ("response_url", $"https://hooks.slack.com/commands/{Team}/{Text.Number(context.Number(100_000, 999_999))}/{context.Id("", 24)}"),
            ("trigger_id", trigger),
        ];
        var form = string.Join('&', fields.Select(field => field.Name + "=" + Uri.EscapeDataString(field.Value).Replace("%20", "+", StringComparison.Ordinal)));
        return (trigger, "application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(form));
    }

    private static (string Id, string ContentType, byte[] Body) UrlVerification(SimulationContext context)
    {
        var challenge = context.Id("", 52);
        var body = Payload.Compact($$"""
            { "token": "{{VerificationToken}}", "challenge": "{{challenge}}", "type": "url_verification" }
            """);
        return (challenge, "application/json", body);
    }

    // Slack's old way of proving itself; still in every payload, worth nothing.
    private const string VerificationToken = "Jhj5dZrVaK7ZwHHjRyZWjbDl";

    private static string UserId(SimulationContext context) => "U06PERSON" + context.Random.Next(10, 99).ToString("D2", System.Globalization.CultureInfo.InvariantCulture);
}
