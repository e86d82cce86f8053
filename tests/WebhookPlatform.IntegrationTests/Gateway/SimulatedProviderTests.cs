using System.Net;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>Everything that can be simulated, sent to a real gateway over HTTP, and over TLS where the sender shows a certificate.</summary>
public sealed class SimulatedProviderTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // A certificate that only the operating system's authorities could vouch for is not believed here; the unit tests trust its authority.
    public static TheoryData<string, string> Believed() => Of(known => !known.IsHandshake, isBelieved: true);

    public static TheoryData<string, string> Unbelieved() => Of(known => !known.IsHandshake, isBelieved: false);

    public static TheoryData<string, string> Handshakes() => Of(known => known.IsHandshake, isBelieved: true);

    [Theory]
    [MemberData(nameof(Believed))]
    public async Task Every_provider_is_accepted_as_it_sends(string provider, string eventType)
    {
        var request = Create(provider, eventType);
        fixture.Providers.Know(SimulatorCatalog.Find(provider)!.ServesAbout(request, Context(provider, eventType)));

        using var response = await fixture.SendAsync(provider, request, Cancel);

        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
        var becomes = SimulatorCatalog.Find(provider)!.FindEvent(eventType)!.Becomes;
        Assert.Equal(becomes is null ? [] : [becomes], await fixture.QueryAsync<string[]>("SELECT events FROM deliveries WHERE source = $1 AND body = $2", provider, request.Body));
    }

    [Theory]
    [MemberData(nameof(Unbelieved))]
    public async Task What_the_machine_does_not_trust_is_refused(string provider, string eventType)
    {
        using var response = await fixture.SendAsync(provider, Create(provider, eventType), Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Handshakes))]
    public async Task Every_handshake_is_answered_as_the_provider_expects(string provider, string eventType)
    {
        var request = Create(provider, eventType);

        using var response = await fixture.SendAsync(provider, request, Cancel);

        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
        Assert.Contains(request.Unproven.ExpectedAnswer ?? "", response.Headers + await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_of_Amazons_is_confirmed_where_it_says()
    {
        using var response = await fixture.SendAsync("aws-sns", Create("aws-sns", "SubscriptionConfirmation"), Cancel);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Contains(fixture.Providers.Confirmed, address => address is { Host: "sns.eu-west-1.amazonaws.com" } && address.Query.Contains("ConfirmSubscription", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_its_certificate_or_with_another_a_sender_is_refused()
    {
        var request = Create("mtls", "payment_success");
        var stranger = SimulatorCatalog.Find("mtls")!.Redeliver(request, Context("mtls", "").WithSecret(SimulatorCatalog.Find("mtls")!.Secret.Create()));

        using var without = await fixture.SendAsync("mtls", request with { ClientCertificate = null }, Cancel);
        using var other = await fixture.SendAsync("mtls", stranger, Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (without.StatusCode, other.StatusCode));
    }

    private static TheoryData<string, string> Of(Func<SimulatedEvent, bool> chosen, bool isBelieved) => new(SimulatorCatalog.All
        .Where(simulator => isBelieved == simulator.Serves(Context(simulator.Provider, "")).All(served => served.TrustedAuthority is null))
        .SelectMany(simulator => simulator.Events.Where(chosen).Select(known => (simulator.Provider, known.Name))));

    private static SignedRequest Create(string provider, string eventType) => SimulatorCatalog.Find(provider)!.Create(eventType, Context(provider, eventType));

    private static SimulationContext Context(string provider, string eventType) =>
        SimulatedSources.Context(provider, TimeProvider.System, new Random(eventType.Aggregate(17, (sum, letter) => unchecked((sum * 31) + letter))));
}
