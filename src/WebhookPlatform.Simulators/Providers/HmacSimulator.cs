using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that puts the HMAC-SHA256 of the body, in lower-case hexadecimal, into a header of its choice.</summary>
public sealed class HmacSimulator(string header = "X-Signature") : IProviderSimulator
{
    public string Provider => "hmac";

    public Proof Proof { get; } = Proof.Header(header);

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context) => ShopPayload.Build(this, eventType, context);

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, [("Secrets:0", context.Secret), ("Header", Proof.Name), .. ShopPayload.Mapping()]);

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body))]);
}
