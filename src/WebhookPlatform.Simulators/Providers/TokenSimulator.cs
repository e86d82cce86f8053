using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that proves itself by a shared secret in a header of its choice. The body is not protected.</summary>
public sealed class TokenSimulator(string header = "X-Signature") : IProviderSimulator
{
    public string Provider => "token";

    public string SignatureHeader => header;

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public SignedRequest Create(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var (id, body) = ShopPayload.Create(eventType, context);
        return new SignedRequest(id, eventType, body, [new("Content-Type", "application/json"), .. Sign(body, context.Secret, context.Now, id)]);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now, string id, string? eventType = null) =>
        [new(SignatureHeader, secret)];
}
