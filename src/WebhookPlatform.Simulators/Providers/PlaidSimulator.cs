using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Keys;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Plaid: <c>Plaid-Verification</c> has a token (ES256) that covers the body by its SHA-256. The receiver asks Plaid for the public key by its id, with credentials of its own: <see cref="Serves"/> has the answer.
/// There is no event id (plaid.com/docs/api/webhooks/webhook-verification).
/// </summary>
public sealed class PlaidSimulator : IProviderSimulator
{
    public string Provider => "plaid";

    public Proof Proof { get; } = Proof.Header("Plaid-Verification");

    public SecretForm Secret => SecretForm.EcdsaKey;

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("TRANSACTIONS.SYNC_UPDATES_AVAILABLE", null, "There are transactions to fetch"),
        new("ITEM.ERROR", null, "Somebody has to log in at the bank again"),
        new("PAYMENT_INITIATION.PAYMENT_STATUS_UPDATE", null, "A payment's status changed"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var item = context.Id("", 37);
        var parts = eventType.Split('.');
        var details = parts[0] switch
        {
            "TRANSACTIONS" => Payload.Piece($$""" "item_id": "{{item}}", "initial_update_complete": true, "historical_update_complete": true """),
            "ITEM" => Payload.Piece($$""" "item_id": "{{item}}", "error": { "error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED", "error_message": "the login details of this item have changed" } """),
            _ => Payload.Piece($$"""
                "payment_id": "payment-id-{{item}}", "old_payment_status": "PAYMENT_STATUS_INITIATED", "new_payment_status": "PAYMENT_STATUS_EXECUTED",
                "original_reference": "Order {{context.Number(1000, 9999)}}", "timestamp": "{{Text.Seconds(context.Now)}}", "error": null
                """),
        };
        var body = Payload.Indented($$"""
            { "webhook_type": "{{parts[0]}}", "webhook_code": "{{parts[1]}}", "environment": "{{Environment(context)}}", {{details}} }
            """);
        return new UnsignedRequest(item, eventType, body, [new("Content-Type", "application/json")]);
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(
        context,
        ("Secrets:0", "the-secret-of-plaids-dashboard"),
        ("Settings:ClientId", context.Setting("ClientId", "simulated-client")),
        ("Settings:Environment", Environment(context)));

    public IReadOnlyList<ServedDocument> Serves(SimulationContext context)
    {
        var point = context.Key(EcdsaPrivateKey.Parse).ExportParameters(includePrivateParameters: false).Q;
        var answer = Payload.Compact($$"""
            {
              "key": {
                "alg": "ES256", "created_at": {{context.UnixNow - 86_400}}, "crv": "P-256", "expired_at": null, "kid": "{{KeyId(context)}}", "kty": "EC", "use": "sig",
                "x": "{{Base64Url.EncodeToString(point.X)}}", "y": "{{Base64Url.EncodeToString(point.Y)}}"
              },
              "request_id": "{{KeyId(context)[..8]}}"
            }
            """);
        return [new(new Uri($"https://{Environment(context)}.plaid.com/webhook_verification_key/get"), "application/json", Encoding.UTF8.GetString(answer))];
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var header = Payload.Compact($$"""{ "alg": "ES256", "kid": "{{KeyId(context)}}", "typ": "JWT" }""");
        var claims = Payload.Compact($$"""{ "iat": {{context.UnixNow}}, "request_body_sha256": "{{Convert.ToHexStringLower(SHA256.HashData(request.Body))}}" }""");
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = context.Key(EcdsaPrivateKey.Parse).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return request.WithHeaders([new(Proof.Name, $"{signed}.{Base64Url.EncodeToString(signature)}")]);
    }

    private static string Environment(SimulationContext context) => context.Setting("Environment", "sandbox");

    private static string KeyId(SimulationContext context) =>
        new Guid(SHA256.HashData(context.Key(EcdsaPrivateKey.Parse).ExportSubjectPublicKeyInfo()).AsSpan(0, 16)).ToString();
}
