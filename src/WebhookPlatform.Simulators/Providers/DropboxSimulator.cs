using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Dropbox: <c>X-Dropbox-Signature</c>, HMAC-SHA256 in hexadecimal over the body. It only says whose files changed and has neither id nor time.</summary>
public sealed class DropboxSimulator : IProviderSimulator
{
    private const string Changed = "list_folder";

    public string Provider => "dropbox";

    public string SignatureHeader => "X-Dropbox-Signature";

    public IReadOnlyList<SimulatedEvent> Events { get; } = [new(Changed, null, "Somebody's files changed")];

    public SignedRequest Create(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var user = context.Pick(SampleData.People).Id;
        var body = Payload.Indented($$"""{ "list_folder": { "accounts": ["dbid:AA{{user}}"] }, "delta": { "users": [{{user}}] } }""");
        var id = context.Uuid();
        return new SignedRequest(id, Changed, body, [new("Content-Type", "application/json"), new("User-Agent", "DropboxWebhooks/1.0"), .. Sign(body, context.Secret, context.Now, id)]);
    }

    public IReadOnlyList<KeyValuePair<string, string>> Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now, string id, string? eventType = null) =>
        [new(SignatureHeader, HmacSha256.Hex(secret, "", body))];
}
