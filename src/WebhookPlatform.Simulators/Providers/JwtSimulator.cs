using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Any sender that signs a token (HS256) which is good for a minute and covers the body by its SHA-256 in <c>payload_hash</c>: <c>Authorization: Bearer …</c>. The secret has to have 32 bytes.</summary>
public sealed class JwtSimulator : IProviderSimulator
{
    private const string Header = """{"alg":"HS256","typ":"JWT"}""";

    public string Provider => "jwt";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public UnsignedRequest Build(string eventType, SimulationContext context) => ShopPayload.Build(this, eventType, context);

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, [("Secrets:0", context.Secret), .. ShopPayload.Mapping()]);

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var payload = Payload.Compact($$"""
            {
              "iss": "simulator",
              "jti": "{{request.EventId}}",
              "iat": {{context.Now.ToUnixTimeSeconds()}},
              "exp": {{context.Now.ToUnixTimeSeconds() + 60}},
              "payload_hash": "{{Convert.ToHexStringLower(SHA256.HashData(request.Body))}}"
            }
            """);
        var signed = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Header))}.{Base64Url.EncodeToString(payload)}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(context.Secret), Encoding.ASCII.GetBytes(signed));
        return request.WithHeaders([new(Proof.Name, $"Bearer {signed}.{Base64Url.EncodeToString(signature)}")]);
    }
}
