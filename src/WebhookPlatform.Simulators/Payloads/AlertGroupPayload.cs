namespace WebhookPlatform.Simulators.Payloads;

/// <summary>A group of one alert, as Alertmanager sends it and Grafana with a little more.</summary>
internal static class AlertGroupPayload
{
    public static IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("firing", "AlertRaised", "An alert fires"),
        new("resolved", "AlertResolved", "An alert is over") { Follows = "firing" },
    ];

    public static byte[] Create(SimulationContext context, bool isResolved)
    {
        var alert = isResolved ? Happenings.ResolveAlert(context, () => context.Hex(16)) : Happenings.RaiseAlert(context, () => context.Hex(16));
        var status = isResolved ? "resolved" : "firing";
        var name = alert.Title.Replace(" ", "", StringComparison.Ordinal);
        return Payload.Compact($$"""
            {
              "receiver": "platform", "status": "{{status}}",
              "alerts": [
                {
                  "status": "{{status}}",
                  "labels": { "alertname": "{{name}}", "service": "{{alert.Service}}", "severity": "critical" },
                  "annotations": { "summary": "{{alert.Title}}" },
                  "startsAt": "{{Text.Milliseconds(alert.At)}}", "endsAt": "{{(isResolved ? Text.Milliseconds(context.Now) : "0001-01-01T00:00:00Z")}}",
                  "generatorURL": "http://metrics.example.com/graph?g0.expr=up", "fingerprint": "{{alert.Id}}"
                }
              ],
              "groupLabels": { "alertname": "{{name}}" }, "commonLabels": {}, "commonAnnotations": {},
              "externalURL": "http://alerts.example.com", "version": "4", "groupKey": "group-{{context.Hex(12)}}", "truncatedAlerts": 0
            }
            """);
    }
}
