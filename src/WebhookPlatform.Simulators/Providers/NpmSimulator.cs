using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>npm hooks: <c>x-npm-signature: sha256=…</c>, HMAC-SHA256 in hexadecimal over the body. There is no id.</summary>
public sealed class NpmSimulator : IProviderSimulator
{
    public string Provider => "npm";

    public Proof Proof { get; } = Proof.Header("x-npm-signature");

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("package:publish", "ReleasePublished", "A version was published"),
        new("package:star", null, "Somebody likes a package"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var name = $"@acme/{context.Pick(SampleData.Repositories).Name}";
        var version = $"{Text.Number(context.Number(1, 9))}.{Text.Number(context.Number(0, 99))}.{Text.Number(context.Number(0, 99))}";
        var body = Payload.Compact($$"""
            {
              "event": "{{eventType}}", "name": "{{name}}", "type": "package", "version": "1.0.0",
              "hookOwner": { "username": "{{context.Pick(SampleData.People).Login}}" },
              "payload": { "_id": "{{name}}", "_rev": "{{context.Hex(32)}}", "name": "{{name}}" },
              "change": { "version": "{{version}}" },
              "time": {{context.Now.ToUnixTimeMilliseconds()}}
            }
            """);
        return new UnsignedRequest(context.Uuid(), eventType, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "sha256=" + HmacSha256.Hex(context.Secret, "", request.Body))]);
}
