using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.UnitTests.Simulators;

/// <summary>Contexts with a fixed clock and a secret that suits every provider.</summary>
internal static class Simulation
{
    /// <summary>Base64, as Standard Webhooks wants it; the others take any text.</summary>
    public const string Secret = "whsec_c2ltdWxhdGVkIHNlY3JldCBmb3IgdGVzdHM=";

    public static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(1_771_000_000);

    public static TheoryData<string, string> AllEvents() =>
        [.. SimulatorCatalog.All.SelectMany(simulator => simulator.Events.Select(known => (simulator.Provider, known.Name)))];

    public static SimulationContext Context(int seed, Story? story = null) => new(Secret, new FakeTimeProvider(Start), new Random(seed), story);

    public static JsonElement Json(this SignedRequest request)
    {
        using var document = JsonDocument.Parse(request.Body);
        return document.RootElement.Clone();
    }

    /// <summary>The value at a dotted path; numbers count array items.</summary>
    public static JsonElement At(this JsonElement json, string path) =>
        path.Split('.').Aggregate(json, (element, name) => element.ValueKind is JsonValueKind.Array ? element[int.Parse(name, CultureInfo.InvariantCulture)] : element.GetProperty(name));
}
