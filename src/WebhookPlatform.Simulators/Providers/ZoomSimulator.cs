using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Zoom: <c>x-zm-signature: v0=…</c>, HMAC-SHA256 in hexadecimal over <c>v0:{timestamp}:</c> and the body. Its webhooks have no id.
/// </summary>
public sealed class ZoomSimulator : IProviderSimulator
{
    public string Provider => "zoom";

    public Proof Proof { get; } = Proof.Header("x-zm-signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("meeting.created", "MeetingScheduled", "A meeting was scheduled"),
        new("meeting.started", "MeetingStarted", "A meeting began"),
        new("meeting.ended", "MeetingEnded", "A meeting ended"),
        new("meeting.deleted", "MeetingCancelled", "A meeting was cancelled"),
        new("meeting.participant_joined", null, "Somebody joined a meeting"),
        new("endpoint.url_validation", null, "Zoom tries the address; the answer has the encrypted token") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var id = context.Id("", 22);
        var payload = eventType switch
        {
            "endpoint.url_validation" => Payload.Piece($$"""{ "plainToken": "{{id}}" }"""),
            "meeting.created" or "meeting.deleted" => Payload.Piece($$"""
                {
                  "account_id": "acmelabsAccount0000000", "operator": "{{context.Pick(SampleData.People).Email}}",
                  "operator_id": "{{context.Id("", 22)}}", "operation": "all", "object": {{Meeting(context, id)}}
                }
                """),
            "meeting.started" or "meeting.ended" or "meeting.participant_joined" => Payload.Piece($$"""
                { "account_id": "acmelabsAccount0000000", "object": {{Meeting(context, id)}} }
                """),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Compact($$"""
            { "event": "{{eventType}}", "payload": {{payload}}, "event_ts": {{context.Now.ToUnixTimeMilliseconds()}} }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json; charset=utf-8"),
            new("User-Agent", "Zoom Marketplace/1.0a"),
        ])
        {
            ExpectedAnswer = eventType is "endpoint.url_validation" ? HmacSha256.Hex(context.Secret, id, []) : null,
        };
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var timestamp = Text.Number(context.Now.ToUnixTimeSeconds());
        return request.WithHeaders(
        [
            new("x-zm-request-timestamp", timestamp),
            new(Proof.Name, "v0=" + HmacSha256.Hex(context.Secret, $"v0:{timestamp}:", request.Body)),
        ]);
    }

    private static JsonPiece Meeting(SimulationContext context, string instance)
    {
        var person = context.Pick(SampleData.People);
        return Payload.Piece($$"""
            {
              "uuid": "{{instance}}==", "id": "{{Text.Number(context.Number(80_000_000_000, 89_999_999_999))}}", "host_id": "{{context.Id("", 22)}}",
              "topic": "{{context.Pick(SampleData.Changes)}}", "type": 2, "start_time": "{{Text.Seconds(context.Now.AddHours(context.Number(1, 200)))}}",
              "duration": {{context.Number(1, 8) * 15}}, "timezone": "Europe/Berlin",
              "participant": { "user_id": "{{Text.Number(context.Number(16_000_000, 17_000_000))}}", "user_name": "{{person.Name}}", "email": "{{person.Email}}" }
            }
            """);
    }
}
