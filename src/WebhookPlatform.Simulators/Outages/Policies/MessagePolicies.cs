namespace WebhookPlatform.Simulators.Outages;

public static partial class DeliveryPolicies
{
    /// <summary>
    /// Slack Events API: at once, after one and after five minutes; off when more than 95 % of an hour's attempts failed, unless
    /// there were fewer than 1,000 events. Source: https://docs.slack.dev/apis/events-api/#error-handling
    /// </summary>
    private static DeliveryPolicy Slack => new()
    {
        Provider = "slack",
        Timeout = Seconds(3),
        Retries = RetrySchedule.After(TimeSpan.Zero, Minutes(1), Minutes(5)).As("3: at once, after 1 min, after 5 min"),
        Disablement = new FailureShareRule(0.95, Hours(1), 1000),
        Recovery = "read channels' history",
        Note = "An answer with X-Slack-No-Retry: 1 stops the retries.",
        Sources = From("https://docs.slack.dev/apis/events-api/#error-handling", "https://docs.slack.dev/reference/events/app_rate_limited/"),
    };

    /// <summary>Discord's webhook events: three seconds, then several times within ten minutes. Source: https://docs.discord.com/developers/events/webhook-events#responding-to-events</summary>
    private static DeliveryPolicy Discord => new()
    {
        Provider = "discord",
        Timeout = Seconds(3),
        Retries = RetrySchedule.Growing(Seconds(10), 2, Minutes(5), Minutes(10)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "nothing: there is no history",
        Note = "Interactions are never sent again. An endpoint that fails too often is turned off; how often is not published.",
        Sources = From("https://docs.discord.com/developers/events/webhook-events#responding-to-events"),
    };

    /// <summary>Telegram: a reasonable number of attempts, updates are kept for 24 hours. Source: https://core.telegram.org/bots/api#setwebhook</summary>
    private static DeliveryPolicy Telegram => new()
    {
        Provider = "telegram",
        Retries = RetrySchedule.Growing(Seconds(30), 2, Minutes(30), Hours(24)),
        Unpublished = UnpublishedFacts.Timeout | UnpublishedFacts.Intervals,
        Recovery = "nothing: updates are kept for at most 24 hours",
        Sources = From("https://core.telegram.org/bots/api#setwebhook", "https://core.telegram.org/bots/api#getting-updates"),
    };

    /// <summary>
    /// Meta's Graph webhooks: at once, then ever less often for 36 hours; WhatsApp's page says seven days, Messenger's an hour until the page is unsubscribed.
    /// Source: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
    /// </summary>
    private static DeliveryPolicy Meta => new()
    {
        Provider = "meta",
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.Growing(Seconds(10), 3, Hours(6), Hours(36)),
        Unpublished = UnpublishedFacts.Timeout | UnpublishedFacts.Intervals,
        Recovery = "nothing: there is no history",
        Note = "WhatsApp tries for up to 7 days. Messenger and Instagram unsubscribe a page after an hour of failures.",
        Sources = From(
            "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
            "https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview",
            "https://developers.facebook.com/docs/messenger-platform/webhooks"),
    };

    /// <summary>Twilio: 5 seconds to connect, 15 in all, once more and only when the connection failed. Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides</summary>
    private static DeliveryPolicy Twilio => new()
    {
        Provider = "twilio",
        Timeout = Seconds(15),
        Retries = RetrySchedule.After(TimeSpan.Zero).As("1, at once, when the connection failed"),
        Final = AnswerRule.AnyAnswer,
        RetriedFailures = AttemptFailures.NoConnection,
        Recovery = "list messages and calls by time",
        Note = "The connection must stand within 5 s; the 15 s are for all attempts together. Up to 5 retries and other failures with #rc and #rp in the address.",
        Sources = From("https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"),
    };

    /// <summary>SendGrid's Event Webhook: ever less often for 24 hours from the event on, after anything but 2xx. Source: https://docs.sendgrid.com/for-developers/tracking-events/troubleshooting</summary>
    private static DeliveryPolicy SendGrid => new()
    {
        Provider = "sendgrid",
        Retries = UsualBackoff(Hours(24)),
        Unpublished = UnpublishedFacts.Timeout | UnpublishedFacts.Intervals,
        Recovery = "query the Email Activity",
        Note = "Inbound Parse: 72 hours after a 5xx, dropped at once after a 4xx.",
        Sources = From("https://docs.sendgrid.com/for-developers/tracking-events/troubleshooting", "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event", "https://support.sendgrid.com/hc/en-us/articles/46513815674395-Understanding-Inbound-Parse-Webhook-Retry-Logic"),
    };

    /// <summary>Mailgun: six times within eight hours; 406 ends it. Source: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries</summary>
    private static DeliveryPolicy Mailgun => new()
    {
        Provider = "mailgun",
        Accepts = AnswerRule.Only(200),
        Final = AnswerRule.Only(406),
        Retries = RetrySchedule.After(Minutes(5), Minutes(10), Minutes(15), Hours(1), Hours(2), Hours(4)),
        Unpublished = UnpublishedFacts.Timeout,
        Recovery = "query the Events API",
        Sources = From("https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries"),
    };

    /// <summary>
    /// Intercom: five seconds, only 200 counts, sent again an unpublished number of times; paused for 15 minutes by more than 1,000 failures in a row within 15 minutes,
    /// off after seven days of them. Source: https://developers.intercom.com/docs/webhooks/webhook-notifications
    /// </summary>
    private static DeliveryPolicy Intercom => new()
    {
        Provider = "intercom",
        Timeout = Seconds(5),
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.None,
        Disablement = new EitherRule(new FailureBurstRule(1001, Minutes(15), Minutes(15)), new FailingForRule(Days(7))),
        Unpublished = UnpublishedFacts.Retries,
        Recovery = "search contacts and conversations by the time they changed",
        Note = "It does send again, how often is not published; a 429 slows it down for up to 2 hours. Webhooks of public apps are never turned off.",
        Sources = From("https://developers.intercom.com/docs/webhooks/webhook-notifications"),
    };

    /// <summary>Zoom: after 5, 20 and 60 minutes. Source: https://developers.zoom.us/blog/webhook-delays</summary>
    private static DeliveryPolicy Zoom => new()
    {
        Provider = "zoom",
        Timeout = Seconds(3),
        Retries = RetrySchedule.After(Minutes(5), Minutes(20), Minutes(60)),
        Recovery = "list meetings and recordings by time",
        Sources = From("https://developers.zoom.us/blog/webhook-delays"),
    };

    /// <summary>Calendly: for 24 hours, then disabled. Source: https://developer.calendly.com/api-docs/overview/webhooks/webhook-errors</summary>
    private static DeliveryPolicy Calendly => new()
    {
        Provider = "calendly",
        Timeout = Seconds(15),
        Retries = UsualBackoff(Hours(24)),
        Disablement = new FailingForRule(Hours(24)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "list scheduled events by time",
        Sources = From("https://developer.calendly.com/api-docs/overview/webhooks/webhook-errors", "https://developer.calendly.com/api-docs/overview/webhooks/webhook-timeouts"),
    };

    /// <summary>Typeform: 30 seconds, five times within four hours; 404 and 410 turn the webhook off. Source: https://www.typeform.com/developers/webhooks/</summary>
    private static DeliveryPolicy Typeform => new()
    {
        Provider = "typeform",
        Timeout = Seconds(30),
        Retries = RetrySchedule.After(Minutes(5), Minutes(10), Minutes(20), Minutes(60), Minutes(120)),
        Final = AnswerRule.Only(404, 410),
        Disablement = new AnswerDisablementRule(AnswerRule.Only(404, 410)),
        Recovery = "list responses by time",
        Note = "After 408, 423, 429 and 503 it tries every 2 to 3 minutes for 10 hours instead.",
        Sources = From("https://www.typeform.com/developers/webhooks/"),
    };

    /// <summary>Dropbox: ten seconds, then ever less often for about ten minutes; only 200 counts. Source: https://www.dropbox.com/developers/reference/webhooks</summary>
    private static DeliveryPolicy Dropbox => new()
    {
        Provider = "dropbox",
        Timeout = Seconds(10),
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.Growing(Seconds(10), 2, Minutes(5), Minutes(10)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "list each account's changes from its cursor on",
        Note = "A webhook only says that there is something to list, so the next one makes up for those that were lost.",
        Sources = From("https://www.dropbox.com/developers/reference/webhooks"),
    };

    /// <summary>HubSpot: ten times within 24 hours. Source: https://developers.hubspot.com/docs/api/webhooks</summary>
    private static DeliveryPolicy HubSpot => new()
    {
        Provider = "hubspot",
        Timeout = Seconds(5),
        Retries = RetrySchedule.Spread(10, Minutes(1), Hours(24)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "search objects by the time they changed",
        Sources = From("https://developers.hubspot.com/docs/api/webhooks"),
    };

    /// <summary>Xero: for 24 hours, then disabled; only 200 counts. Source: https://developer.xero.com/documentation/webhooks/configuring-your-server</summary>
    private static DeliveryPolicy Xero => new()
    {
        Provider = "xero",
        Timeout = Seconds(5),
        Accepts = AnswerRule.Only(200),
        Retries = UsualBackoff(Hours(24)),
        Disablement = new FailingForRule(Hours(24)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "fetch with If-Modified-Since",
        Sources = From("https://developer.xero.com/documentation/webhooks/configuring-your-server"),
    };

    /// <summary>Okta event hooks: three seconds, once more, never after a 4xx. Source: https://developer.okta.com/docs/reference/hooks-best-practices/</summary>
    private static DeliveryPolicy Okta => new()
    {
        Provider = "okta",
        Timeout = Seconds(3),
        Retries = RetrySchedule.After(TimeSpan.Zero).As("1, at once"),
        Final = AnswerRule.ClientErrors,
        Recovery = "query the System Log by time, 90 days back",
        Sources = From("https://developer.okta.com/docs/reference/hooks-best-practices/", "https://developer.okta.com/docs/concepts/event-hooks/"),
    };
}
