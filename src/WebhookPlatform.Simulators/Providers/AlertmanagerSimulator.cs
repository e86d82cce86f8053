using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Prometheus' Alertmanager: no signature and no id, but <c>Authorization: Bearer {secret}</c>.</summary>
public sealed class AlertmanagerSimulator : IProviderSimulator
{
    public string Provider => "alertmanager";

    public string SignatureHeader => "Authorization";

    public IReadOnlyList<SimulatedEvent> Events => AlertGroupPayload.Events;

    public SignedRequest Create(string eventType, SimulationContext context)
    {
        var known = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var body = AlertGroupPayload.Create(context, isResolved: known.Name is "resolved");
        return new SignedRequest(context.Uuid(), eventType, body, [new("Content-Type", "application/json"), new("User-Agent", "Alertmanager/0.28.1"), .. Sign(body, context.Secret, context.Now, "")]);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now, string id, string? eventType = null) =>
        [new(SignatureHeader, "Bearer " + secret)];
}
