using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that proves itself by a shared secret in a header of its choice. The body is not protected.</summary>
public sealed class TokenSimulator(string header = "X-Signature") : IProviderSimulator
{
    public string Provider => "token";

    public Proof Proof { get; } = Proof.Header(header);

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context) => ShopPayload.Build(this, eventType, context);

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, [("Secrets:0", context.Secret), ("Header", Proof.Name), .. ShopPayload.Mapping()]);

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, context.Secret)]);
}
