using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that puts the HMAC-SHA256 of the body, in lower-case hexadecimal, into a header of its choice.</summary>
public sealed class HmacSimulator(string header = "X-Signature") : IProviderSimulator
{
    public string Provider => "hmac";

    public string SignatureHeader => header;

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public SignedRequest Create(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var (id, body) = ShopPayload.Create(eventType, context);
        return new SignedRequest(id, eventType, body, [new("Content-Type", "application/json"), .. Sign(body, context.Secret, context.Now, id)]);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now, string id, string? eventType = null) =>
        [new(SignatureHeader, HmacSha256.Hex(secret, "", body))];
}
