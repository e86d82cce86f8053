using System.Collections.Frozen;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>Every provider there is. A new one is a file of its own and a line here.</summary>
public static class ProviderCatalog
{
    /// <summary>In the order documentation lists them.</summary>
    public static IReadOnlyList<IWebhookProvider> All { get; } =
    [
        new StripeProvider(),
        new RazorpayProvider(),
        new GitHubProvider(),
        new SlackProvider(),
        new StandardWebhooksProvider(),
        new MinioProvider(),
        new HmacProvider(),
        new TokenProvider(),
        new BasicProvider(),
        new BearerProvider(),
        new CloudEventsProvider(),
        new AzureEventGridProvider(),
        new MicrosoftGraphProvider(),
    ];

    private static readonly FrozenDictionary<string, IWebhookProvider> ByName = All.ToFrozenDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a provider by its name, in any case; null for an unknown one.</summary>
    public static IWebhookProvider? Find(string name) => ByName.GetValueOrDefault(name);
}
