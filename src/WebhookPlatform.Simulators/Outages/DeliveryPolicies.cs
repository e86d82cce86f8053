namespace WebhookPlatform.Simulators.Outages;

/// <summary>
/// How each provider delivers, as far as it publishes it; each policy cites where. Figures that are assumed because they are
/// not published are named in <see cref="DeliveryPolicy.Unpublished"/>.
/// </summary>
public static partial class DeliveryPolicies
{
    /// <summary>Every provider of which something is known, in the order of the gateway's catalog.</summary>
    public static IReadOnlyList<DeliveryPolicy> All { get; } =
    [
        Stripe, Razorpay, PayPal, Square, Adyen, Paddle, LemonSqueezy, Mollie, Plaid, Chargebee, CoinbaseCommerce,
        Shopify, WooCommerce,
        GitHub, GitLab, Bitbucket, Gitea, Linear, Jira,
        Sentry, PagerDuty, Grafana, Alertmanager,
        Slack, Discord, Telegram, Meta, Twilio, SendGrid, Mailgun, Intercom,
        Zoom, Calendly, Typeform, HubSpot, Xero, Okta, Dropbox,
        Minio, AwsSns, AzureEventGrid, MicrosoftGraph,
        StandardWebhooks,
    ];

    /// <summary>The policy of this provider, or null when nothing is known of it.</summary>
    public static DeliveryPolicy? Find(string provider) => All.FirstOrDefault(policy => string.Equals(policy.Provider, provider, StringComparison.OrdinalIgnoreCase));

    /// <summary>The policy of this provider, or what must be assumed of one that publishes nothing.</summary>
    public static DeliveryPolicy For(string provider) => Find(provider) ?? DeliveryPolicy.NotPublished(provider);

    // Exponential backoff whose intervals are not published: a usual one, so that an outage has an outcome of the right size.
    private static RetrySchedule UsualBackoff(TimeSpan horizon) => RetrySchedule.Growing(Minutes(5), 2, Hours(12), horizon);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static TimeSpan Hours(double hours) => TimeSpan.FromHours(hours);

    private static TimeSpan Days(double days) => TimeSpan.FromDays(days);

    private static Uri[] From(params string[] addresses) => [.. addresses.Select(address => new Uri(address))];
}
