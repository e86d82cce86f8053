using System.Security.Cryptography;
using WebhookPlatform.Simulators.Keys;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that shows a certificate in the TLS handshake; requests themselves carry no proof. The gateway's source knows the certificate by its thumbprint.</summary>
public sealed class MtlsSimulator : IProviderSimulator
{
    public string Provider => "mtls";

    public Proof Proof => Proof.Connection;

    public SecretForm Secret { get; } = SecretForm.Certificate("sender.example.com");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context) => ShopPayload.Build(this, eventType, context);

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(
        context, [("Settings:Thumbprints", context.Key(CertifiedKey.Parse).Certificate.GetCertHashString(HashAlgorithmName.SHA256)), .. ShopPayload.Mapping()]);

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) =>
        request.WithoutProof() with { ClientCertificate = context.Key(CertifiedKey.Parse).Certificate };
}
