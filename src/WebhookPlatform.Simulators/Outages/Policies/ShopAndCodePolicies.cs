namespace WebhookPlatform.Simulators.Outages;

public static partial class DeliveryPolicies
{
    /// <summary>Shopify: eight retries in four hours, then a subscription made by the Admin API is deleted. Source: https://shopify.dev/changelog/updates-to-webhook-retry-mechanism</summary>
    private static DeliveryPolicy Shopify => new()
    {
        Provider = "shopify",
        Timeout = Seconds(5),
        Retries = RetrySchedule.Spread(8, Minutes(1), Hours(4)),
        Disablement = new ExhaustedRetriesRule("an event's eight retries all failed: a subscription made by the Admin API is deleted"),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "no history of webhooks; make the subscription again and fetch what changed by the Admin API",
        Note = "The connection must stand within 1 s. Retries carry the original payload.",
        Sources = From("https://shopify.dev/changelog/updates-to-webhook-retry-mechanism", "https://shopify.dev/docs/apps/build/webhooks/subscribe/https"),
    };

    /// <summary>WooCommerce: never again, and disabled after more than five failures in a row. Source: https://woocommerce.com/document/webhooks/</summary>
    private static DeliveryPolicy WooCommerce => new()
    {
        Provider = "woocommerce",
        Timeout = Seconds(60),
        Accepts = new AnswerRule("2xx, 301, 302", status => status is (>= 200 and <= 299) or 301 or 302),
        Retries = RetrySchedule.None,
        Disablement = new ConsecutiveFailuresRule(6),
        Recovery = "list orders by the time they changed",
        Sources = From("https://woocommerce.com/document/webhooks/", "https://github.com/woocommerce/woocommerce/blob/trunk/plugins/woocommerce/includes/class-wc-webhook.php"),
    };

    /// <summary>GitHub: ten seconds, never again by itself. Source: https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries</summary>
    private static DeliveryPolicy GitHub => new()
    {
        Provider = "github",
        Timeout = Seconds(10),
        Retries = RetrySchedule.None,
        Recovery = "list failed deliveries and redeliver them by API, 3 days back",
        Note = "GitHub Enterprise Server waits 30 s.",
        Sources = From("https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries", "https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks"),
    };

    /// <summary>GitLab: never again; four failures in a row pause the webhook, forty turn it off. Source: https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks</summary>
    private static DeliveryPolicy GitLab => new()
    {
        Provider = "gitlab",
        Timeout = Seconds(10),
        Retries = RetrySchedule.None,
        Disablement = new GrowingPauseRule(4, Minutes(1), Hours(24), 40),
        Recovery = "resend from the webhook's recent events; what a pause swallowed was never sent",
        Note = "Some self-managed versions turn a webhook off at once when it answers 4xx.",
        Sources = From("https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks", "https://gitlab.com/gitlab-org/gitlab/-/issues/396577"),
    };

    /// <summary>Bitbucket Cloud: twice more, at once, and only after a 5xx. Source: https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/</summary>
    private static DeliveryPolicy Bitbucket => new()
    {
        Provider = "bitbucket",
        Timeout = Seconds(10),
        Retries = RetrySchedule.After(TimeSpan.Zero, TimeSpan.Zero).As("2, at once, after a 5xx"),
        Final = new AnswerRule("anything but 5xx", status => status is < 500 or > 599),
        RetriedFailures = AttemptFailures.Refusal,
        Recovery = "resend from the webhook's request log",
        Sources = From("https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/"),
    };

    /// <summary>Gitea and Forgejo: five seconds unless the server is set otherwise, never again by themselves. Source: https://docs.gitea.com/administration/config-cheat-sheet#webhook-webhook (DELIVER_TIMEOUT)</summary>
    private static DeliveryPolicy Gitea => new()
    {
        Provider = "gitea",
        Timeout = Seconds(5),
        Retries = RetrySchedule.None,
        Recovery = "resend from the webhook's recent deliveries",
        Note = "The server's DELIVER_TIMEOUT may be longer.",
        Sources = From("https://docs.gitea.com/administration/config-cheat-sheet#webhook-webhook", "https://github.com/go-gitea/gitea/blob/main/modules/setting/webhook.go"),
    };

    /// <summary>Linear: after one minute, one hour and six hours; only 200 counts. Source: https://linear.app/developers/webhooks</summary>
    private static DeliveryPolicy Linear => new()
    {
        Provider = "linear",
        Timeout = Seconds(5),
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.After(Minutes(1), Hours(1), Hours(6)),
        Recovery = "query what changed by the GraphQL API",
        Note = "A webhook that keeps failing may be disabled; the rule is not published.",
        Sources = From("https://linear.app/developers/webhooks"),
    };

    /// <summary>Jira Cloud: five times, five to fifteen minutes apart, after 408, 409, 425, 429, 5xx and no answer. Source: https://developer.atlassian.com/cloud/jira/platform/webhooks/#retry-policy</summary>
    private static DeliveryPolicy Jira => new()
    {
        Provider = "jira",
        Retries = RetrySchedule.After(Minutes(10), Minutes(10), Minutes(10), Minutes(10), Minutes(10)).As("5: 5 to 15 min apart (10 min here)"),
        Final = new AnswerRule("3xx, 4xx but 408, 409, 425, 429", status => status is < 500 and not (408 or 409 or 425 or 429)),
        Unpublished = UnpublishedFacts.Timeout,
        Recovery = "list failed webhooks of apps by API, 72 hours back",
        Sources = From("https://developer.atlassian.com/cloud/jira/platform/webhooks/#retry-policy", "https://community.developer.atlassian.com/t/new-jira-cloud-webhook-retry-policy/30554"),
    };
}
