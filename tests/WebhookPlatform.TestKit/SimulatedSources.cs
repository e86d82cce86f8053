using System.Collections.Concurrent;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.TestKit;

/// <summary>A source for every provider that can be simulated, each with a secret that was made for this run of the tests.</summary>
public static class SimulatedSources
{
    private static readonly ConcurrentDictionary<string, string> Secrets = new(StringComparer.Ordinal);

    /// <summary>What the provider signs with here.</summary>
    public static string SecretOf(string provider) => Secrets.GetOrAdd(provider, name => SimulatorCatalog.Find(name)!.Secret.Create());

    /// <summary>A context of the provider's secret.</summary>
    public static SimulationContext Context(string provider, TimeProvider time, Random random, Story? story = null) =>
        new(SecretOf(provider), time, random, story) { Url = $"https://hooks.example.com/webhooks/{provider}" };

    /// <summary>The provider's settings in the gateway, by the keys that configuration has under <c>Sources:{name}</c>.</summary>
    public static IReadOnlyDictionary<string, string> SettingsOf(string provider) =>
        SimulatorCatalog.Find(provider)!.SourceSettings(Context(provider, TimeProvider.System, new Random()));
}
