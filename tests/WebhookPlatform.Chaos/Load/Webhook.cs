using System.Globalization;
using System.Text;

namespace WebhookPlatform.Chaos.Load;

/// <summary>What a webhook tells of.</summary>
public enum WebhookKind
{
    Completed,
    Failed,
    Refunded,
}

/// <summary>A Stripe webhook of which everything is known beforehand. Its bytes are made when they are needed, the same each time.</summary>
/// <param name="EventId">Stripe's event id, by which the gateway tells duplicates.</param>
/// <param name="Amount">In minor units: of the payment, or of this refund.</param>
/// <param name="Currency">ISO 4217, upper case.</param>
/// <param name="At">When it occurred, in whole seconds.</param>
public sealed record Webhook(string EventId, WebhookKind Kind, string PaymentId, long Amount, string Currency, DateTimeOffset At)
{
    /// <summary>The signing secret of the source.</summary>
    public const string Secret = "whsec_secret_of_the_chaos";

    /// <summary>The configured source that all webhooks go to.</summary>
    public const string Source = "stripe";

    /// <summary>From this amount on subscriptions and rules match.</summary>
    public const long LargeFrom = 100_000;

    /// <summary>How the event ids of canaries begin.</summary>
    public const string CanaryPrefix = "evt_canary_";

    public bool IsLarge => Amount >= LargeFrom;

    /// <summary>UTC day, by which the dashboard sums up.</summary>
    public DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <summary>The exact bytes: about 1 KB, with text that only survives when nobody reads and writes it anew.</summary>
    public byte[] Body()
    {
        var data = Kind switch
        {
            WebhookKind.Completed => $$""" "id": "{{PaymentId}}", "object": "payment_intent", "amount": {{Number(Amount)}}, "amount_received": {{Number(Amount)}}, "status": "succeeded", """,
            WebhookKind.Failed => $$""" "id": "{{PaymentId}}", "object": "payment_intent", "amount": {{Number(Amount)}}, "amount_received": 0, "last_payment_error": { "code": "card_declined" }, """,
            _ => $$""" "id": "ch_{{EventId}}", "object": "charge", "payment_intent": "{{PaymentId}}", "amount": {{Number(Amount * 3)}}, "amount_refunded": {{Number(Amount)}}, """,
        };
        var type = Kind switch { WebhookKind.Completed => "payment_intent.succeeded", WebhookKind.Failed => "payment_intent.payment_failed", _ => "charge.refunded" };
        var filling = string.Concat(Enumerable.Repeat(EventId + " ü \\u00fc 1.0e0  ", 16));
        return Encoding.UTF8.GetBytes(
            $$"""
            { "id": "{{EventId}}",  "object":"event", "created": {{Number(At.ToUnixTimeSeconds())}}, "type": "{{type}}",
              "data": { "object": {{{data}} "currency": "{{Lower(Currency)}}", "customer": "cus_{{EventId}}", "description": "{{filling}}" } }, "livemode": false }

            """);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    // Stripe writes currencies in lower case.
#pragma warning disable CA1308
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
