using WebhookPlatform.Simulators.Providers;

namespace WebhookPlatform.Simulators;

/// <summary>A simulator for every provider that the gateway knows, registered by hand: a new one is one line here.</summary>
public static class SimulatorCatalog
{
    /// <summary>In the order documentation lists them.</summary>
    public static IReadOnlyList<IProviderSimulator> All { get; } =
    [
        new StripeSimulator(),
        new RazorpaySimulator(),
        new PayPalSimulator(),
        new SquareSimulator(),
        new AdyenSimulator(),
        new PaddleSimulator(),
        new LemonSqueezySimulator(),
        new MollieSimulator(),
        new PlaidSimulator(),
        new ChargebeeSimulator(),
        new CoinbaseCommerceSimulator(),

        new ShopifySimulator(),
        new WooCommerceSimulator(),

        new GitHubSimulator(),
        new GitLabSimulator(),
        new BitbucketSimulator(),
        new GiteaSimulator(),
        new LinearSimulator(),
        new JiraSimulator(),
        new DockerHubSimulator(),
        new NpmSimulator(),

        new SentrySimulator(),
        new PagerDutySimulator(),
        new GrafanaSimulator(),
        new AlertmanagerSimulator(),

        new SlackSimulator(),
        new DiscordSimulator(),
        new TelegramSimulator(),
        new MetaSimulator(),
        new TwilioSimulator(),
        new SendGridSimulator(),
        new MailgunSimulator(),
        new IntercomSimulator(),

        new ZoomSimulator(),
        new CalendlySimulator(),
        new TypeformSimulator(),
        new DocuSignSimulator(),
        new HubSpotSimulator(),
        new XeroSimulator(),
        new OktaSimulator(),
        new DropboxSimulator(),

        new MinioSimulator(),
        new AwsSnsSimulator(),
        new AzureEventGridSimulator(),
        new MicrosoftGraphSimulator(),
        new CloudEventsSimulator(),

        new StandardWebhooksSimulator(),
        new HmacSimulator(),
        new TokenSimulator(),
        new BasicSimulator(),
        new BearerSimulator(),
        new JwtSimulator(),
        new MtlsSimulator(),
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
