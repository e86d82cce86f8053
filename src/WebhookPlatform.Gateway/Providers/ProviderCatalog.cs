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
        new SquareProvider(),
        new AdyenProvider(),
        new PaddleProvider(),
        new LemonSqueezyProvider(),
        new ChargebeeProvider(),
        new CoinbaseCommerceProvider(),
        new GitHubProvider(),
        new SlackProvider(),
        new TwilioProvider(),
        new SendGridProvider(),
        new MailgunProvider(),
        new MetaProvider(),
        new TelegramProvider(),
        new DiscordProvider(),
        new ZoomProvider(),
        new IntercomProvider(),
        new StandardWebhooksProvider(),
        new ShopifyProvider(),
        new WooCommerceProvider(),
        new HubSpotProvider(),
        new TypeformProvider(),
        new CalendlyProvider(),
        new DocuSignProvider(),
        new DropboxProvider(),
        new XeroProvider(),
        new OktaProvider(),
        new MinioProvider(),
        new GitLabProvider(),
        new BitbucketProvider(),
        new GiteaProvider(),
        new LinearProvider(),
        new JiraProvider(),
        new SentryProvider(),
        new PagerDutyProvider(),
        new GrafanaProvider(),
        new AlertmanagerProvider(),
        new DockerHubProvider(),
        new NpmProvider(),
        new PayPalProvider(),
        new MollieProvider(),
        new PlaidProvider(),
        new MinioProvider(),
        new AwsSnsProvider(),
        new HmacProvider(),
        new TokenProvider(),
        new JwtProvider(),
        new MtlsProvider(),
    ];

    private static readonly FrozenDictionary<string, IWebhookProvider> ByName = All.ToFrozenDictionary(provider => provider.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a provider by its name, in any case; null for an unknown one.</summary>
    public static IWebhookProvider? Find(string name) => ByName.GetValueOrDefault(name);
}
