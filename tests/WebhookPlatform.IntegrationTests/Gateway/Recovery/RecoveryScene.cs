using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>Sources whose provider can be asked what it sent, and what came of asking.</summary>
public abstract class RecoveryScene(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const int Seed = 20261124;

    protected static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    protected GatewayFixture Fixture => fixture;

    protected Random Random { get; } = new(Seed);

    protected HttpClient Operator => fixture.Gateway.Operator;

    protected IReadOnlyList<SignedRequest> Simulate(string provider, int count, params string[] types) => Simulate(provider, count, story: null, types);

    protected IReadOnlyList<SignedRequest> Simulate(string provider, int count, Story? story, params string[] types)
    {
        var context = new SimulationContext(SimulatedSources.SecretOf(provider), TimeProvider.System, Random, story);
        return [.. Enumerable.Range(0, count).Select(at => SimulatorCatalog.Find(provider)!.Create(types[at % types.Length], context))];
    }

    private protected async Task MakeAsync(string name, string provider, ProviderApi api, JsonObject? changes = null)
    {
        if (changes?.ContainsKey("every") is not true)
        {
            await api.StartAsync();
        }

        using var made = await Operator.PutAsJsonAsync($"/api/sources/{name}", Body(provider, api, changes), Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.DoesNotContain(ProviderApi.Key, await made.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private protected static JsonObject Body(string provider, ProviderApi api, JsonObject? changes)
    {
        var recovery = JsonSerializer.SerializeToNode(api.Settings())!.AsObject();
        foreach (var (name, value) in changes ?? [])
        {
            recovery[name] = value?.DeepClone();
        }

        return new JsonObject { ["provider"] = provider, ["secrets"] = new JsonArray(SimulatedSources.SecretOf(provider)), ["recovery"] = recovery };
    }

    protected async Task<Guid> RecoverAsync(string source)
    {
        using var asked = await Operator.PostAsJsonAsync($"/api/sources/{source}/recover", new { since = DateTimeOffset.UtcNow.AddHours(-20) }, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var run = (await asked.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid();
        Assert.Equal($"/api/sources/{source}/recoveries/{run}", asked.Headers.Location!.ToString());
        return run;
    }

    protected Task<JsonElement> FindAsync(string source, Guid run) => Operator.GetFromJsonAsync<JsonElement>($"/api/sources/{source}/recoveries/{run}", Cancel);

    protected Task<JsonElement> FinishedAsync(string source, Guid run) => Eventually.Is(() => FindAsync(source, run), answer => answer.GetProperty("state").GetString() is "succeeded", TimeSpan.FromSeconds(60));

    // Rows, event ids, and bodies that differ in what they say.
    protected async Task<(long Rows, long Keys, long Claimed)> StoredAsync(string source) => (
        await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1", source),
        await fixture.QueryAsync<long>("SELECT count(DISTINCT event_key) FROM deliveries WHERE source = $1", source),
        await fixture.QueryAsync<long>("SELECT count(DISTINCT d.id) FROM deliveries d JOIN claims c ON c.delivery_id = d.id AND c.event_key = d.event_key WHERE d.source = $1", source));

    protected static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
