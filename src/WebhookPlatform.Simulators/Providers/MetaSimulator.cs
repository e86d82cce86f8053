using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Meta: <c>X-Hub-Signature-256: sha256=…</c>, HMAC-SHA256 in hexadecimal over the body. Bodies are batches without an id; the message has one.
/// A new address is asked for the challenge in its query, beside the verify token (developers.facebook.com/docs/graph-api/webhooks/getting-started).
/// </summary>
public sealed class MetaSimulator : IProviderSimulator
{
    private const string Verification = "verification";
    private const string VerifyToken = "VerifyToken";

    public string Provider => "meta";

    public Proof Proof { get; } = Proof.Header("X-Hub-Signature-256");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("whatsapp.message", "MessageReceived", "Somebody wrote on WhatsApp"),
        new("whatsapp.delivered", "MessageDelivered", "A WhatsApp message was delivered"),
        new("whatsapp.failed", "MessageFailed", "A WhatsApp message could not be delivered"),
        new("messenger.message", "MessageReceived", "Somebody wrote to the page"),
        new("page.feed", null, "Somebody commented on the page"),
        new(Verification, null, "Meta tries a new address; the answer is the challenge (GET)") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = context.Id("", 40);
        if (eventType is Verification)
        {
            var query = $"?hub.mode=subscribe&hub.challenge={id}&hub.verify_token={Uri.EscapeDataString(TokenOf(context))}";
            return new UnsignedRequest(id, Verification, [], [new("User-Agent", "facebookplatform/1.0 (+http://developers.facebook.com)")]) { Method = HttpMethod.Get, Query = query, ExpectedAnswer = id };
        }

        var body = eventType switch
        {
            "whatsapp.message" => WhatsApp(context, Payload.Piece($$"""
                "messages": [{ "from": "{{Number(context)}}", "id": "wamid.{{id}}", "timestamp": "{{Text.Number(context.UnixNow)}}", "type": "text", "text": { "body": "{{context.Pick(SampleData.Messages)}}" } }]
                """)),
            "whatsapp.delivered" => WhatsApp(context, Status(context, id, "delivered", new JsonPiece("[]"))),
            "whatsapp.failed" => WhatsApp(context, Status(context, id, "failed", Payload.Piece($$"""
                [{ "code": 131026, "title": "Message undeliverable", "message": "Message undeliverable" }]
                """))),
            "messenger.message" => Payload.Compact($$"""
                {
                  "object": "page",
                  "entry": [
                    {
                      "id": "102030405060708", "time": {{context.Now.ToUnixTimeMilliseconds()}},
                      "messaging": [
                        {
                          "sender": { "id": "{{Text.Number(context.Pick(SampleData.People).Id)}}" }, "recipient": { "id": "102030405060708" },
                          "timestamp": {{context.Now.ToUnixTimeMilliseconds()}}, "message": { "mid": "m_{{id}}", "text": "{{context.Pick(SampleData.Messages)}}" }
                        }
                      ]
                    }
                  ]
                }
                """),
            "page.feed" => Payload.Compact($$"""
                {
                  "object": "page",
                  "entry": [
                    {
                      "id": "102030405060708", "time": {{context.UnixNow}},
                      "changes": [{ "field": "feed", "value": { "item": "comment", "verb": "add", "comment_id": "{{id}}", "message": "{{context.Pick(SampleData.Messages)}}" } }]
                    }
                  ]
                }
                """),
            _ => throw this.Unknown(eventType),
        };
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "facebookexternalua"),
        ]);
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, ("Secrets:0", context.Secret), ("Settings:VerifyToken", TokenOf(context)));

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) =>
        request.Method == HttpMethod.Get ? request.WithoutProof() : request.WithHeaders([new(Proof.Name, "sha256=" + HmacSha256.Hex(context.Secret, "", request.Body))]);

    private static string TokenOf(SimulationContext context) => context.Setting(VerifyToken, "simulated-verify-token");

    private static byte[] WhatsApp(SimulationContext context, JsonPiece update) => Payload.Compact($$"""
        {
          "object": "whatsapp_business_account",
          "entry": [
            {
              "id": "908070605040302",
              "changes": [
                {
                  "value": {
                    "messaging_product": "whatsapp",
                    "metadata": { "display_phone_number": "4930{{context.Number(1_000_000, 1_000_003)}}", "phone_number_id": "112233445566778" },
                    {{update}}
                  },
                  "field": "messages"
                }
              ]
            }
          ]
        }
        """);

    private static JsonPiece Status(SimulationContext context, string id, string status, JsonPiece errors) => Payload.Piece($$"""
        "statuses": [{ "id": "wamid.{{id}}", "status": "{{status}}", "timestamp": "{{Text.Number(context.UnixNow)}}", "recipient_id": "{{Number(context)}}", "errors": {{errors}} }]
        """);

    private static string Number(SimulationContext context) => "4915" + Text.Number(context.Pick(SampleData.People).Id);
}
