using WebhookPlatform.Simulators.Providers;

namespace WebhookPlatform.Simulators;

/// <summary>All simulators, registered by hand: a new one is one line here.</summary>
public static class SimulatorCatalog
{
    public static IReadOnlyList<IProviderSimulator> All { get; } =
    [
        new StripeSimulator(),
        new GitHubSimulator(),
        new RazorpaySimulator(),
        new PaddleSimulator(),
        new LemonSqueezySimulator(),
        new ChargebeeSimulator(),
        new CoinbaseCommerceSimulator(),
        new SlackSimulator(),
        new MetaSimulator(),
        new TelegramSimulator(),
        new ZoomSimulator(),
        new IntercomSimulator(),
        new StandardWebhooksSimulator(),
        new ShopifySimulator(),
        new WooCommerceSimulator(),
        new HubSpotSimulator(),
        new TypeformSimulator(),
        new CalendlySimulator(),
        new DocuSignSimulator(),
        new DropboxSimulator(),
        new XeroSimulator(),
        new OktaSimulator(),
        new MinioSimulator(),
        new GitLabSimulator(),
        new BitbucketSimulator(),
        new GiteaSimulator(),
        new LinearSimulator(),
        new JiraSimulator(),
        new SentrySimulator(),
        new PagerDutySimulator(),
        new GrafanaSimulator(),
        new AlertmanagerSimulator(),
        new NpmSimulator(),
        new MollieSimulator(),
        new HmacSimulator(),
        new TokenSimulator(),
        new JwtSimulator(),
    ];

    /// <summary>The simulator of this provider, or null.</summary>
    /// <param name="provider">The provider's name, in any case.</param>
    /// <param name="header">Where <c>hmac</c> and <c>token</c> put their proof; others have a header of their own and ignore this.</param>
    public static IProviderSimulator? Find(string provider, string? header = null)
    {
        var found = All.FirstOrDefault(simulator => string.Equals(simulator.Provider, provider, StringComparison.OrdinalIgnoreCase));
        return (found, header) switch
        {
            (HmacSimulator, { Length: > 0 }) => new HmacSimulator(header),
            (TokenSimulator, { Length: > 0 }) => new TokenSimulator(header),
            _ => found,
        };
    }

    /// <summary>The simulated event of this name, or null.</summary>
    public static SimulatedEvent? FindEvent(this IProviderSimulator simulator, string eventType) =>
        simulator.Events.FirstOrDefault(known => string.Equals(known.Name, eventType, StringComparison.OrdinalIgnoreCase));

    /// <summary>Settings of a source: its provider, these, and the URL where there is one.</summary>
    internal static IReadOnlyDictionary<string, string> Settings(this IProviderSimulator simulator, SimulationContext context, params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Provider"] = simulator.Provider };
        if (simulator.NeedsUrl)
        {
            all["PublicUrl"] = context.RequiredUrl;
        }

        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return all;
    }

    /// <summary>Says that this simulator has no such event, and which it has.</summary>
    public static ArgumentException Unknown(this IProviderSimulator simulator, string eventType) =>
        new($"{simulator.Provider} has no event '{eventType}' here. It has: {string.Join(", ", simulator.Events.Select(known => known.Name))}.", nameof(eventType));
}
