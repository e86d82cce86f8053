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
        new PayPalProvider(),
        new SquareProvider(),
        new AdyenProvider(),
        new PaddleProvider(),
        new LemonSqueezyProvider(),
        new MollieProvider(),
        new PlaidProvider(),
        new ChargebeeProvider(),
        new CoinbaseCommerceProvider(),

        new ShopifyProvider(),
        new WooCommerceProvider(),

        new GitHubProvider(),
        new GitLabProvider(),
        new BitbucketProvider(),
        new GiteaProvider(),
        new LinearProvider(),
        new JiraProvider(),
        new DockerHubProvider(),
        new NpmProvider(),

        new SentryProvider(),
        new PagerDutyProvider(),
        new GrafanaProvider(),
        new AlertmanagerProvider(),

        new SlackProvider(),
        new DiscordProvider(),
        new TelegramProvider(),
        new MetaProvider(),
        new TwilioProvider(),
        new SendGridProvider(),
        new MailgunProvider(),
        new IntercomProvider(),

        new ZoomProvider(),
        new CalendlyProvider(),
        new TypeformProvider(),
        new DocuSignProvider(),
        new HubSpotProvider(),
        new XeroProvider(),
        new OktaProvider(),
        new DropboxProvider(),

        new MinioProvider(),
        new AwsSnsProvider(),
        new AzureEventGridProvider(),
        new MicrosoftGraphProvider(),
        new CloudEventsProvider(),

        new StandardWebhooksProvider(),
        new HmacProvider(),
        new TokenProvider(),
        new BasicProvider(),
        new BearerProvider(),
        new JwtProvider(),
        new MtlsProvider(),
    ];

    private static readonly FrozenDictionary<string, IWebhookProvider> ByName = All.ToFrozenDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a provider by its name, in any case; null for an unknown one.</summary>
    public static IWebhookProvider? Find(string name) => ByName.GetValueOrDefault(name);
}
