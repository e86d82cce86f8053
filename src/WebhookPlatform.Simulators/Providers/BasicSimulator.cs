using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that proves itself by user and password (RFC 7617): <c>Authorization: Basic …</c>. The body is not protected.</summary>
public sealed class BasicSimulator : IProviderSimulator
{
    public string Provider => "basic";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public SecretForm Secret => SecretForm.Credentials;

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context) => ShopPayload.Build(this, eventType, context);

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, [("Secrets:0", context.Secret), .. ShopPayload.Mapping()]);

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(context.Secret)))]);
}
