using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Dropbox: <c>X-Dropbox-Signature</c>, HMAC-SHA256 in hexadecimal over the body. It only says whose files changed and has neither id nor time. A new address is asked for the challenge in its query (dropbox.com/developers/reference/webhooks).</summary>
public sealed class DropboxSimulator : IProviderSimulator
{
    private const string Changed = "list_folder";
    private const string Verification = "verification";

    public string Provider => "dropbox";

    public Proof Proof { get; } = Proof.Header("X-Dropbox-Signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new(Changed, null, "Somebody's files changed"),
        new(Verification, null, "Dropbox tries a new address; the answer is the challenge (GET)") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var id = context.Uuid();
        if (eventType is Verification)
        {
            var challenge = context.Id("", 24);
            return new UnsignedRequest(id, Verification, [], []) { Method = HttpMethod.Get, Query = "?challenge=" + challenge, ExpectedAnswer = challenge };
        }

        var user = context.Pick(SampleData.People).Id;
        var body = Payload.Indented($$"""{ "list_folder": { "accounts": ["dbid:AA{{user}}"] }, "delta": { "users": [{{user}}] } }""");
        return new UnsignedRequest(id, Changed, body, [new("Content-Type", "application/json"), new("User-Agent", "DropboxWebhooks/1.0")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) =>
        request.Method == HttpMethod.Get ? request.WithoutProof() : request.WithHeaders([new(Proof.Name, HmacSha256.Hex(context.Secret, "", request.Body))]);
}
