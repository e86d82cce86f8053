namespace WebhookPlatform.Simulators.Outages;

public static partial class DeliveryPolicies
{
    /// <summary>Amazon SNS to HTTP/S by default: three retries 20 seconds apart. Source: https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.retry.html</summary>
    private static DeliveryPolicy AwsSns => new()
    {
        Provider = "aws-sns",
        Timeout = Seconds(15),
        Retries = RetrySchedule.After(Seconds(20), Seconds(20), Seconds(20)),
        Final = new AnswerRule("4xx but 429", status => status is >= 400 and <= 499 and not 429),
        Recovery = "a dead-letter queue on the subscription; without one nothing",
        Note = "A delivery policy of your own may retry for up to an hour.",
        Sources = From("https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.retry.html", "https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"),
    };

    /// <summary>
    /// Azure Event Grid: 30 seconds for an answer, a published schedule up to 24 hours or 30 attempts.
    /// Source: https://learn.microsoft.com/training/modules/event-driven-workflows-event-grid/4-delivery-retry-policies, https://learn.microsoft.com/azure/event-grid/delivery-and-retry
    /// </summary>
    private static DeliveryPolicy AzureEventGrid => new()
    {
        Provider = "azure-event-grid",
        Timeout = Seconds(30),
        Accepts = AnswerRule.Only(200, 201, 202, 203, 204),
        Retries = RetrySchedule.Repeating(Hours(24), Seconds(10), Seconds(30), Minutes(1), Minutes(5), Minutes(10), Minutes(30), Hours(1), Hours(3), Hours(6), Hours(12)),
        Final = AnswerRule.Only(400, 401, 403, 413),
        Recovery = "dead-lettering to a storage account; without it nothing",
        Note = "After failures it also delays what is new for that endpoint, and waits at least 30 s after a 503, 2 min after a 408, 5 min after a 404.",
        Sources = From("https://learn.microsoft.com/azure/event-grid/delivery-and-retry", "https://learn.microsoft.com/training/modules/event-driven-workflows-event-grid/4-delivery-retry-policies"),
    };

    /// <summary>
    /// Microsoft Graph: ten seconds for an answer (three are advised), then for up to four hours, exponentially; an endpoint of which more than 15 %
    /// of ten minutes' answers took longer loses what is new for up to ten minutes. Source: https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
    /// </summary>
    private static DeliveryPolicy MicrosoftGraph => new()
    {
        Provider = "microsoft-graph",
        Timeout = Seconds(10),
        Retries = RetrySchedule.Growing(Seconds(30), 2, Hours(1), Hours(4)),
        Disablement = new SlowShareRule(0.15, Minutes(10), Minutes(10)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "query the resource's delta, also after a lifecycle notification \"missed\"",
        Note = "More than 10 % of slow answers delay what is new by 10 s.",
        Sources = From("https://learn.microsoft.com/graph/change-notifications-delivery-webhooks"),
    };

    /// <summary>
    /// MinIO: once, in the moment of the change, unless the target has a queue_dir: then in order, every three seconds, until it is delivered.
    /// Source: https://docs.min.io/community/minio-object-store/reference/minio-server/settings/notifications/webhook-service.html and internal/store/store.go
    /// </summary>
    private static DeliveryPolicy Minio => new()
    {
        Provider = "minio",
        Retries = RetrySchedule.None,
        Unpublished = UnpublishedFacts.Timeout,
        Recovery = "list the bucket's objects by time",
        Note = "With a queue_dir nothing is lost: events wait on disk, up to queue_limit (100,000), and are tried every 3 s in order.",
        Sources = From(
            "https://docs.min.io/community/minio-object-store/reference/minio-server/settings/notifications/webhook-service.html",
            "https://github.com/minio/minio/blob/master/internal/store/store.go"),
    };

    /// <summary>
    /// Standard Webhooks as Svix sends them: seven retries within 28 hours, off after five days of failures. The standard itself
    /// leaves the schedule to the sender. Source: https://docs.svix.com/retries
    /// </summary>
    private static DeliveryPolicy StandardWebhooks => new()
    {
        Provider = "standard-webhooks",
        Timeout = Seconds(15),
        Retries = RetrySchedule.After(Seconds(5), Minutes(5), Minutes(30), Hours(2), Hours(5), Hours(10), Hours(10)),
        Disablement = new FailingForRule(Days(5)),
        Recovery = "the sender's portal can replay what failed",
        Note = "As Svix sends them; other senders may differ.",
        Sources = From("https://docs.svix.com/retries"),
    };
}
