using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.UnitTests.Simulators;

/// <summary>The simulators and the gateway's providers were written from the same documentation, apart from each other: here they meet.</summary>
public sealed class SimulatorGatewayTests
{
    public static TheoryData<string, string> AllEvents() => Simulation.AllEvents();

    public static TheoryData<string> AllProviders() => Simulation.AllProviders();

    public static TheoryData<string, string> Handshakes() =>
        [.. SimulatorCatalog.All.SelectMany(simulator => simulator.Events.Where(known => known.IsHandshake).Select(known => (simulator.Provider, known.Name)))];

    [Fact]
    public void Every_provider_of_the_gateway_has_a_simulator_and_the_other_way_round() =>
        Assert.Equal(ProviderCatalog.All.Select(provider => provider.Name).Order(StringComparer.Ordinal), SimulatorCatalog.All.Select(simulator => simulator.Provider).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(AllEvents))]
    public async Task The_gateway_believes_a_simulated_webhook_and_not_one_of_another_secret(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var source = Simulation.Source(provider);
        var forger = Simulation.Context(provider, seed: 0).WithSecret(simulator.Secret.Create());
        for (var seed = 0; seed < 20; seed++)
        {
            var context = Simulation.Context(provider, seed);
            var request = simulator.Create(eventType, context);
            if (IsAnsweredUnproven(request, source))
            {
                Assert.True(simulator.FindEvent(eventType)!.IsHandshake);
                return;
            }

            Assert.Null((await request.VerifyAsync(source, context)).Failure);
            Assert.NotNull((await ForgedAsync(simulator, request, forger, source, context)).Failure);
            Assert.Null((await simulator.Redeliver(request, context).VerifyAsync(source, context)).Failure);
        }
    }

    [Theory]
    [MemberData(nameof(AllProviders))]
    public async Task A_simulator_says_whether_a_changed_body_is_noticed(string provider)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var source = Simulation.Source(provider);
        var context = Simulation.Context(provider, seed: 3);
        var request = simulator.Create(simulator.Events[0].Name, context);

        // What stands at the end changes nothing of what the body says, and every byte counts where bytes are signed.
        var isForm = request.Unproven.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) ?? false;
        var changed = request with { Body = [.. request.Body, isForm ? (byte)'&' : (byte)' '] };

        Assert.Equal(!simulator.CoversBody, (await changed.VerifyAsync(source, context)).IsValid);
    }

    [Theory]
    [MemberData(nameof(AllEvents))]
    public void The_gateway_makes_of_it_what_the_simulator_says(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var expected = simulator.FindEvent(eventType)!;
        var source = Simulation.Source(provider);
        for (var seed = 0; seed < 20; seed++)
        {
            var request = simulator.Create(eventType, Simulation.Context(provider, seed));
            var webhook = source.Provider.Read(request.Raw(source), source);

            Assert.Equal(expected.Becomes is { } becomes ? [becomes] : [], webhook.Events.Select(draft => draft.Name));
            // Where no id is sent, and in handshakes, where none matters, the body's hash identifies the delivery.
            if (webhook.EventId is { } id && !expected.IsHandshake)
            {
                Assert.Equal(request.EventId, id);
            }
            else
            {
                Assert.True(expected.IsHandshake || expected.IsWithoutId || !simulator.SendsEventId, "no id");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Handshakes))]
    public async Task A_handshake_is_answered_as_the_provider_expects(string provider, string eventType)
    {
        var simulator = SimulatorCatalog.Find(provider)!;
        var source = Simulation.Source(provider);
        var context = Simulation.Context(provider, seed: 5);
        var request = simulator.Create(eventType, context);

        var answer = source.Provider.AnswerUnsigned(request.Raw(source), source);
        if (answer is null)
        {
            Assert.Null((await request.VerifyAsync(source, context)).Failure);
            answer = source.Provider.AnswerSigned(request.Raw(source), source);
        }

        if (request.Unproven.ExpectedAnswer is { } expected)
        {
            Assert.NotNull(answer);
            Assert.InRange(answer.StatusCode, 200, 299);
            Assert.Contains(expected, answer.Body + string.Concat(answer.Headers.Select(header => $"\n{header.Key}: {header.Value}")), StringComparison.Ordinal);
        }
    }

    // What has no proof is forged by telling of something that the provider does not know.
    private static ValueTask<Verification> ForgedAsync(IProviderSimulator simulator, SignedRequest request, SimulationContext forger, Source source, SimulationContext context) =>
        simulator.FindEvent(request.EventType)!.IsUnproven
            ? Simulation.VerifyAsync(simulator.Create(request.EventType, context).Raw(source), source, context, about: simulator.ServesAbout(request, context))
            : simulator.Redeliver(request, forger).VerifyAsync(source, context);

    private static bool IsAnsweredUnproven(SignedRequest request, Source source) => source.Provider.AnswerUnsigned(request.Raw(source), source) is not null;
}
