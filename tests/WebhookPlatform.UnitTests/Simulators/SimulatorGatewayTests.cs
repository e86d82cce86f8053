using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.UnitTests.Simulators;

/// <summary>The simulators and the gateway's providers were written from the same documentation, apart from each other: here they meet.</summary>
public sealed class SimulatorGatewayTests
{
    public static TheoryData<string, string> AllEvents() => Simulation.AllEvents();

    [Theory]
    [MemberData(nameof(AllEvents))]
    public void The_gateway_believes_a_simulated_webhook_and_not_a_spoiled_one(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var source = Source(provider);
        for (var seed = 0; seed < 20; seed++)
        {
            var request = simulator.Create(eventType, Simulation.Context(seed));

            Assert.Null(source.Provider.Verify(Raw(request), source, Simulation.Start).Failure);
            Assert.NotNull(source.Provider.Verify(Raw(request.WithWrongSignature(simulator.SignatureHeader)), source, Simulation.Start).Failure);
        }
    }

    [Theory]
    [MemberData(nameof(AllEvents))]
    public void The_gateway_makes_of_it_what_the_simulator_says(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var expected = simulator.FindEvent(eventType)!;
        var source = Source(provider);
        for (var seed = 0; seed < 20; seed++)
        {
            var request = simulator.Create(eventType, Simulation.Context(seed));
            var webhook = source.Provider.Read(Raw(request), source);

            Assert.Equal(expected.Becomes is { } becomes ? [becomes] : [], webhook.Events.Select(draft => draft.Name));
            // These send no id of their own, and handshakes none that matters: there the body's hash identifies the delivery.
            if (webhook.EventId is { } id)
            {
                Assert.Equal(request.EventId, id);
            }
            else
            {
                Assert.True(expected.IsHandshake || provider is "minio" or "lemon-squeezy" or "hubspot" or "calendly" or "docusign" or "dropbox" or "xero" or "meta" or "zoom" or "grafana" or "alertmanager" or "npm", "no id");
            }
        }
    }

    [Fact]
    public void Slack_gets_its_challenge_back()
    {
        var source = Source("slack");
        var request = SimulatorCatalog.Find("slack")!.Create("url_verification", Simulation.Context(seed: 1));

        Assert.Equal(request.EventId, source.Provider.AnswerSigned(Raw(request), source)?.Body);
    }

    private static Source Source(string provider) => new()
    {
        Name = "simulated",
        Provider = ProviderCatalog.Find(provider)!,
        Secrets = [new SourceSecret(Simulation.Secret)],
        Mapping = new FieldMapping("id", "event", "createdAt", [Rule("payment_success", "PaymentCompleted"), Rule("payment_failed", "PaymentFailed")]),
    };

    private static MappingRule Rule(string when, string becomes) => new(
        new Dictionary<string, string>(StringComparer.Ordinal) { ["event"] = when },
        becomes,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["PaymentId"] = "orderId", ["Amount"] = "amount", ["Currency"] = "currency" });

    private static RawRequest Raw(SignedRequest request)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers)
        {
            headers.Append(name, value);
        }

        return new RawRequest("POST", "", headers, request.Body);
    }
}
