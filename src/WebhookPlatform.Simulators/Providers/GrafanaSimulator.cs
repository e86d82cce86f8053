using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Grafana Alerting's webhook contact point: <c>X-Grafana-Alerting-Signature</c>, HMAC-SHA256 in hexadecimal over the body. No timestamp header, and no id.</summary>
public sealed class GrafanaSimulator : IProviderSimulator
{
    public string Provider => "grafana";

    public string SignatureHeader => "X-Grafana-Alerting-Signature";

    public IReadOnlyList<SimulatedEvent> Events => AlertGroupPayload.Events;

    public SignedRequest Create(string eventType, SimulationContext context)
    {
        var known = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var body = AlertGroupPayload.Create(context, isResolved: known.Name is "resolved");
        return new SignedRequest(context.Uuid(), eventType, body, [new("Content-Type", "application/json"), new("User-Agent", "Grafana"), .. Sign(body, context.Secret, context.Now, "")]);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now, string id, string? eventType = null) =>
        [new(SignatureHeader, HmacSha256.Hex(secret, "", body))];
}
