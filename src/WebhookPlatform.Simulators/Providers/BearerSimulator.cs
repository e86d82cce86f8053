using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that proves itself by a shared secret (RFC 6750): <c>Authorization: Bearer …</c>. The body is not protected.</summary>
public sealed class BearerSimulator : IProviderSimulator
{
    public string Provider => "bearer";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context) => ShopPayload.Build(this, eventType, context);

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, [("Secrets:0", context.Secret), .. ShopPayload.Mapping()]);

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "Bearer " + context.Secret)]);
}
