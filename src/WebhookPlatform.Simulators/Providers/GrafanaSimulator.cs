using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Grafana Alerting's webhook contact point: <c>X-Grafana-Alerting-Signature</c>, HMAC-SHA256 in hexadecimal over the body. No timestamp header, and no id.</summary>
public sealed class GrafanaSimulator : IProviderSimulator
{
    public string Provider => "grafana";

    public Proof Proof { get; } = Proof.Header("X-Grafana-Alerting-Signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events => AlertGroupPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var known = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var body = AlertGroupPayload.Create(context, isResolved: known.Name is "resolved");
        return new UnsignedRequest(context.Uuid(), eventType, body, [new("Content-Type", "application/json"), new("User-Agent", "Grafana")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body))]);
}
