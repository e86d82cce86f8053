using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Prometheus' Alertmanager: no signature and no id, but <c>Authorization: Bearer {secret}</c>.</summary>
public sealed class AlertmanagerSimulator : IProviderSimulator
{
    public string Provider => "alertmanager";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public bool CoversBody => false;

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events => AlertGroupPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var known = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var body = AlertGroupPayload.Create(context, isResolved: known.Name is "resolved");
        return new UnsignedRequest(context.Uuid(), eventType, body, [new("Content-Type", "application/json"), new("User-Agent", "Alertmanager/0.28.1")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "Bearer " + context.Secret)]);
}
