using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>PagerDuty's webhooks v3: <c>X-PagerDuty-Signature: v1=…</c>, HMAC-SHA256 in hexadecimal over the body; id and type are in the body.</summary>
public sealed class PagerDutySimulator : IProviderSimulator
{
    public string Provider => "pagerduty";

    public Proof Proof { get; } = Proof.Header("X-PagerDuty-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("incident.triggered", "AlertRaised", "An incident was triggered"),
        new("incident.resolved", "AlertResolved", "An incident was resolved") { Follows = "incident.triggered" },
        new("incident.acknowledged", null, "Somebody took an incident on"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var alert = eventType switch
        {
            "incident.triggered" => Happenings.RaiseAlert(context, () => context.UpperId("Q", 13)),
            "incident.resolved" => Happenings.ResolveAlert(context, () => context.UpperId("Q", 13)),
            "incident.acknowledged" => Happenings.ResolveAlert(context, () => context.UpperId("Q", 13)),
            _ => throw this.Unknown(eventType),
        };
        var id = context.UpperId("01", 24);
        var body = Payload.Compact($$"""
            {
              "event": {
                "id": "{{id}}", "event_type": "{{eventType}}", "resource_type": "incident", "occurred_at": "{{Text.Milliseconds(context.Now)}}", "agent": null, "client": null,
                "data": {
                  "id": "{{alert.Id}}", "type": "incident", "self": "https://api.pagerduty.com/incidents/{{alert.Id}}", "html_url": "https://acme.pagerduty.com/incidents/{{alert.Id}}",
                  "number": {{context.Number(1, 9_999)}}, "status": "{{eventType["incident.".Length..]}}", "incident_key": "{{context.Hex(32)}}", "created_at": "{{Text.Seconds(alert.At)}}",
                  "title": "{{alert.Title}}", "service": { "id": "PSERVICE", "type": "service_reference", "summary": "{{alert.Service}}" }, "urgency": "high", "assignees": []
                }
              }
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "PagerDuty-Webhook/V3.0"),
            new("X-Webhook-Subscription", "PSUBSCRIPTION"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "v1=" + HmacSha256.Hex(context.Secret, "", request.Body))]);
}
