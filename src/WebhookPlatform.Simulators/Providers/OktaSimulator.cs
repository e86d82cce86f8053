using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Okta event hooks: no signature, but the secret as it is in <c>Authorization</c>. The body carries several events as a rule and here one. A new hook is verified once, by a challenge in a header (developer.okta.com/docs/concepts/event-hooks).</summary>
public sealed class OktaSimulator : IProviderSimulator
{
    private const string Verification = "verification";

    public string Provider => "okta";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("user.session.start", null, "Somebody signed in"),
        new("user.lifecycle.create", null, "A user was created"),
        new("security.threat.detected", "AlertRaised", "A suspicious request was seen"),
        new(Verification, null, "Okta verifies a new hook; the answer is the challenge (GET)") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var known = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var id = context.Uuid();
        if (known.Name is Verification)
        {
            var challenge = context.Id("", 40);
            return new UnsignedRequest(id, Verification, [], [new("x-okta-verification-challenge", challenge)]) { Method = HttpMethod.Get, ExpectedAnswer = challenge };
        }

        var (actor, target) = (context.Pick(SampleData.People), context.Pick(SampleData.People));
        var body = Payload.Compact($$"""
            {
              "eventType": "com.okta.event_hook",
              "eventTypeVersion": "1.0",
              "cloudEventsVersion": "0.1",
              "contentType": "application/json",
              "eventId": "{{id}}",
              "eventTime": "{{Text.Milliseconds(context.Now)}}",
              "source": "https://acme-labs.okta.com/api/v1/eventHooks/who{{context.Id("", 17)}}",
              "data": {
                "events": [{
                  "uuid": "{{context.Uuid()}}",
                  "published": "{{Text.Milliseconds(context.Now)}}",
                  "eventType": "{{known.Name}}",
                  "version": "0",
                  "severity": "{{(known.Becomes is null ? "INFO" : "WARN")}}",
                  "displayMessage": "{{known.About}}",
                  "actor": { "id": "00u{{actor.Id}}", "type": "User", "alternateId": "{{actor.Email}}", "displayName": "{{actor.Name}}" },
                  "target": [{ "id": "00u{{target.Id}}", "type": "User", "alternateId": "{{target.Email}}", "displayName": "{{target.Name}}" }],
                  "outcome": { "result": "SUCCESS", "reason": null }
                }]
              }
            }
            """);
        return new UnsignedRequest(id, known.Name, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, context.Secret)]);
}
