namespace WebhookPlatform.Simulators.Outages;

public static partial class DeliveryPolicies
{
    // What has no end of its own.
    private static TimeSpan WhileItLasts => Days(7);

    /// <summary>
    /// Sentry: one second, then three times five minutes apart, unless the answer is a 4xx; unsubscribed by 1,000 timeouts within a day.
    /// Source: https://sentry.io/changelog/2023-10-3-change-to-integration-platform-webhook-handling, the retries: src/sentry/sentry_apps/tasks/sentry_apps.py
    /// </summary>
    private static DeliveryPolicy Sentry => new()
    {
        Provider = "sentry",
        Timeout = Seconds(1),
        Retries = RetrySchedule.After(Minutes(5), Minutes(5), Minutes(5)),
        Final = AnswerRule.ClientErrors,
        Disablement = new TimeoutsRule(1000, Hours(24)),
        Recovery = "list issues and alerts by time",
        Note = "Webhooks of published integrations are not unsubscribed.",
        Sources = From(
            "https://sentry.io/changelog/2023-10-3-change-to-integration-platform-webhook-handling",
            "https://github.com/getsentry/sentry/blob/master/src/sentry/sentry_apps/tasks/sentry_apps.py"),
    };

    /// <summary>
    /// PagerDuty: five seconds, then for 48 hours, after timeouts, 5xx and 429; off for a day when three webhooks in a row were given up. What is about one incident
    /// stays in order, so that an outage delays the rest of it. Source: github.com/PagerDuty/developer-docs, docs/webhooks/02-Behavior.md
    /// </summary>
    private static DeliveryPolicy PagerDuty => new()
    {
        Provider = "pagerduty",
        Timeout = Seconds(5),
        Retries = UsualBackoff(Hours(48)),
        Final = new AnswerRule("4xx but 429", status => status is >= 400 and <= 499 and not 429),
        Disablement = new GivenUpRule(3, Hours(24)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "list log entries of incidents by time",
        Note = "What is new is lost while it is off. Custom incident actions wait 16 s.",
        Sources = From("https://github.com/PagerDuty/developer-docs/blob/main/docs/webhooks/02-Behavior.md"),
    };

    /// <summary>
    /// Grafana Alerting: not at once again, but with every group interval (five minutes) until it is delivered: what is sent is the group's state.
    /// Source: https://grafana.com/docs/grafana/latest/alerting/fundamentals/notifications/group-alert-notifications/, receivers/webhook of grafana/alerting
    /// </summary>
    private static DeliveryPolicy Grafana => new()
    {
        Provider = "grafana",
        Retries = RetrySchedule.Repeating(WhileItLasts, Minutes(5)).As("every group interval (5 min) until it is delivered"),
        Unpublished = UnpublishedFacts.Timeout,
        Recovery = "the group's state comes with its next notification",
        Note = "An alert that came and went between two notifications is not told.",
        Sources = From(
            "https://grafana.com/docs/grafana/latest/alerting/fundamentals/notifications/group-alert-notifications/",
            "https://github.com/grafana/alerting/blob/main/receivers/webhook/v1/webhook.go"),
    };

    /// <summary>
    /// Alertmanager: until the group interval (five minutes) is over, ever less often, and again with each of them until it is delivered; a 4xx waits for the next.
    /// Source: https://prometheus.io/docs/alerting/latest/configuration/ (group_interval, webhook_config), notify/webhook/webhook.go and notify/notify.go
    /// </summary>
    private static DeliveryPolicy Alertmanager => new()
    {
        Provider = "alertmanager",
        Timeout = Minutes(5),
        Retries = RetrySchedule.Repeating(WhileItLasts, Seconds(1), Seconds(5), Seconds(24), Minutes(1), Minutes(1), Minutes(1), Minutes(1), Minutes(1), Minutes(5)).As("within a minute of each other for a group interval (5 min), then every group interval, until it is delivered"),
        Recovery = "the group's state comes with its next notification",
        Note = "An alert that came and went between two notifications is not told. A shorter webhook_config.timeout ends an attempt sooner.",
        Sources = From(
            "https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
            "https://github.com/prometheus/alertmanager/blob/main/notify/webhook/webhook.go"),
    };
}
