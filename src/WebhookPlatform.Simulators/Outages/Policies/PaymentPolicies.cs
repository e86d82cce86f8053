namespace WebhookPlatform.Simulators.Outages;

public static partial class DeliveryPolicies
{
    /// <summary>Stripe: up to three days, exponentially; events can be listed for 30 days. Source: https://docs.stripe.com/webhooks#automatic-retries</summary>
    private static DeliveryPolicy Stripe => new()
    {
        Provider = "stripe",
        Retries = UsualBackoff(Days(3)),
        Unpublished = UnpublishedFacts.Timeout | UnpublishedFacts.Intervals,
        Recovery = "list events with delivery_success=false, 30 days back",
        Note = "A sandbox tries only three times within a few hours.",
        Sources = From("https://docs.stripe.com/webhooks#automatic-retries", "https://docs.stripe.com/webhooks/process-undelivered-events"),
    };

    /// <summary>Razorpay: for 24 hours from the event on, then the webhook is disabled. Source: https://razorpay.com/docs/webhooks/best-practices</summary>
    private static DeliveryPolicy Razorpay => new()
    {
        Provider = "razorpay",
        Timeout = Seconds(5),
        Retries = UsualBackoff(Hours(24)),
        Disablement = new FailingForRule(Hours(24)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "fetch payments, orders and refunds by time",
        Note = "Retries of an event keep the secret that was valid when it happened.",
        Sources = From("https://razorpay.com/docs/webhooks/best-practices", "https://razorpay.com/docs/webhooks/faqs"),
    };

    /// <summary>PayPal: up to 25 times in three days. Source: https://developer.paypal.com/api/rest/webhooks</summary>
    private static DeliveryPolicy PayPal => new()
    {
        Provider = "paypal",
        Retries = RetrySchedule.Spread(25, Minutes(2), Days(3)),
        Unpublished = UnpublishedFacts.Timeout | UnpublishedFacts.Intervals,
        Recovery = "resend from the webhooks events dashboard or by POST /v1/notifications/webhooks-events/{id}/resend",
        Sources = From("https://developer.paypal.com/api/rest/webhooks"),
    };

    /// <summary>Square: a published table, hourly in the end, up to 72 hours; disabled after three weeks. Source: https://developer.squareup.com/docs/webhooks-api/delivery-sla</summary>
    private static DeliveryPolicy Square => new()
    {
        Provider = "square",
        Timeout = Seconds(10),
        Retries = RetrySchedule.Repeating(Hours(72), Minutes(1), Minutes(2), Minutes(4), Minutes(8), Minutes(16), Minutes(32), Minutes(60)),
        Disablement = new FailingForRule(Days(21)),
        Recovery = "search events by time with the Events API",
        Note = "Other pages of Square speak of fewer retries: rely on less.",
        Sources = From("https://developer.squareup.com/docs/webhooks-api/delivery-sla", "https://developer.squareup.com/docs/webhooks/step4manage"),
    };

    /// <summary>Adyen: three quick attempts, then a queue per endpoint, up to 30 days. Source: https://docs.adyen.com/development-resources/webhooks/troubleshoot</summary>
    private static DeliveryPolicy Adyen => new()
    {
        Provider = "adyen",
        Timeout = Seconds(10),
        Retries = RetrySchedule.Repeating(Days(30), Seconds(9), Seconds(18), Seconds(27), Minutes(2), Minutes(5), Minutes(10), Minutes(15), Minutes(30), Hours(1), Hours(2), Hours(4), Hours(8)),
        Order = DeliveryOrder.Queue,
        Recovery = "resend failed messages from the Customer Area",
        Sources = From("https://docs.adyen.com/development-resources/webhooks/troubleshoot"),
    };

    /// <summary>Paddle: 60 times in three days, and only 200 counts. Source: https://developer.paddle.com/webhooks/respond-to-webhooks</summary>
    private static DeliveryPolicy Paddle => new()
    {
        Provider = "paddle",
        Timeout = Seconds(5),
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.Spread(60, Minutes(1), Days(3)),
        Unpublished = UnpublishedFacts.Intervals,
        Recovery = "replay notifications by API, 90 days back",
        Note = "For live accounts; a sandbox tries less often.",
        Sources = From("https://developer.paddle.com/webhooks/respond-to-webhooks"),
    };

    /// <summary>Lemon Squeezy: three times within minutes, and only 200 counts. Source: https://docs.lemonsqueezy.com/help/webhooks/webhook-requests</summary>
    private static DeliveryPolicy LemonSqueezy => new()
    {
        Provider = "lemon-squeezy",
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.After(Seconds(5), Seconds(25), Seconds(125)),
        Unpublished = UnpublishedFacts.Timeout,
        Recovery = "resend from the dashboard, or list orders and subscriptions",
        Sources = From("https://docs.lemonsqueezy.com/help/webhooks/webhook-requests"),
    };

    /// <summary>Mollie: ten attempts at published times, the last after 26 hours, and only 200 counts. Source: https://docs.mollie.com/reference/webhooks (intervals: its repository mollie/api-documentation, source/overview/webhooks.rst)</summary>
    private static DeliveryPolicy Mollie => new()
    {
        Provider = "mollie",
        Timeout = Seconds(15),
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.After(Minutes(1), Minutes(2), Minutes(4), Minutes(8), Minutes(16), Minutes(29), Hours(1), Hours(2), Hours(22)),
        Recovery = "list payments and look at their status",
        Note = "For classic webhooks; of next-gen ones no schedule is published.",
        Sources = From("https://docs.mollie.com/reference/webhooks", "https://github.com/mollie/api-documentation/blob/master/source/overview/webhooks.rst"),
    };

    /// <summary>Plaid: for 24 hours, each pause four times the one before, from 30 seconds. Source: https://plaid.com/docs/api/webhooks/</summary>
    private static DeliveryPolicy Plaid => new()
    {
        Provider = "plaid",
        Timeout = Seconds(10),
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.After(Seconds(30), Minutes(2), Minutes(8), Minutes(32), Minutes(128), Minutes(512)).As("for 24 h: after 30 s, then each pause four times the one before"),
        Note = "Does not retry while more than 90 % of an endpoint's webhooks fail.",
        Recovery = "fetch the items' state; there is no history of webhooks",
        Sources = From("https://plaid.com/docs/api/webhooks/"),
    };

    /// <summary>Chargebee: seven times within a little more than three days. Source: https://support.chargebee.com/support/solutions/articles/257941</summary>
    private static DeliveryPolicy Chargebee => new()
    {
        Provider = "chargebee",
        Retries = RetrySchedule.After(Minutes(2), Minutes(6), Minutes(30), Hours(1), Hours(5), Days(1), Days(2)),
        Unpublished = UnpublishedFacts.Timeout,
        Recovery = "list events by time, or resend one from its page",
        Sources = From("https://support.chargebee.com/support/solutions/articles/257941-at-which-rate-can-we-expect-the-webhook-calls-in-chargebee-will-there-be-any-performance-disruption"),
    };

    /// <summary>Coinbase Commerce: up to three days, at most an hour between attempts. Source: https://docs.cloud.coinbase.com/commerce/docs/using-webhooks</summary>
    private static DeliveryPolicy CoinbaseCommerce => new()
    {
        Provider = "coinbase-commerce",
        Accepts = AnswerRule.Only(200),
        Retries = RetrySchedule.Growing(Minutes(1), 2, Hours(1), Days(3)).As("growing pauses up to 1 h, for 3 d"),
        Unpublished = UnpublishedFacts.Timeout | UnpublishedFacts.Intervals,
        Recovery = "list charges",
        Sources = From("https://docs.cloud.coinbase.com/commerce/docs/using-webhooks"),
    };
}
