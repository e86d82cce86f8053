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

    public string SignatureHeader => "Authorization";

    public IReadOnlyList<SimulatedEvent> Events => ShopPayload.Events;

    public SignedRequest Create(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var (id, body) = ShopPayload.Create(eventType, context);
        return new SignedRequest(id, eventType, body, [new("Content-Type", "application/json"), .. Sign(body, context.Secret, context.Now, id)]);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now, string id, string? eventType = null)
    {
        var payload = Payload.Compact($$"""
            {
              "iss": "simulator",
              "jti": "{{id}}",
              "iat": {{now.ToUnixTimeSeconds()}},
              "exp": {{now.ToUnixTimeSeconds() + 60}},
              "payload_hash": "{{Convert.ToHexStringLower(SHA256.HashData(body))}}"
            }
            """);
        var signed = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Header))}.{Base64Url.EncodeToString(payload)}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed));
        return [new(SignatureHeader, $"Bearer {signed}.{Base64Url.EncodeToString(signature)}")];
    }
}
