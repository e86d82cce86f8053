using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Coinbase Commerce signs the raw body (HMAC-SHA256, hex) with the webhook subscription's shared secret: <c>X-CC-Webhook-Signature</c>. The event stands in <c>event</c>, beside the number of the attempt.
/// A charge's local price is what counts; a charge in a coin alone, or without a price, gives no event. <c>charge:pending</c> may still be undone by the blockchain.
/// See https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security and https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-fields.
/// </summary>
public sealed class CoinbaseCommerceProvider : IWebhookProvider
{
    private static readonly HmacScheme Scheme = new("X-CC-Webhook-Signature");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventId = Fields.Add("event.id");
    private static readonly JsonField Type = Fields.Add("event.type");
    private static readonly JsonField CreatedAt = Fields.Add("event.created_at");
    private static readonly JsonField ChargeId = Fields.Add("event.data.id");
    private static readonly JsonField Code = Fields.Add("event.data.code");
    private static readonly JsonField Amount = Fields.Add("event.data.pricing.local.amount");
    private static readonly JsonField Currency = Fields.Add("event.data.pricing.local.currency");
    private static readonly JsonField OrderId = Fields.Add("event.data.metadata.order_id");
    private static readonly JsonField CustomerId = Fields.Add("event.data.metadata.customer_id");
    private static readonly JsonField ChargeName = Fields.Add("event.data.name");
    private static readonly JsonField Description = Fields.Add("event.data.description");
    private static readonly JsonField Timeline = Fields.Add("event.data.timeline");

    private static readonly JsonFields StepFields = new();
    private static readonly JsonField StepStatus = StepFields.Add("status");
    private static readonly JsonField StepContext = StepFields.Add("context");

    public string Name => "coinbase-commerce";

    /// <summary>Retries for up to three days. https://docs.cloud.coinbase.com/commerce/docs/using-webhooks.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 3, Days: 30);

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("charge:confirmed", nameof(PaymentCompleted), "`created_at` of the event"),
        new("charge:failed", nameof(PaymentFailed), "`created_at` of the event"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type);
        var draft = type switch
        {
            "charge:confirmed" => Completed(json),
            "charge:failed" => Failed(json),
            _ => null,
        };
        return new Webhook(json.Name(EventId), type ?? Webhook.UnknownType, json.Time(CreatedAt), json.Name(ChargeId) ?? json.Name(Code), draft is null ? [] : [draft]);
    }

    private static EventDraft? Completed(in JsonValues json)
    {
        if (json.Name(ChargeId) is not { } id || PriceOf(json) is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(OrderId), json.Text(CustomerId), json.Text(Description) ?? json.Text(ChargeName));
        return EventDraft.Of(id, metadata => new PaymentCompleted(metadata, id, amount, order, customer, description));
    }

    private static EventDraft? Failed(in JsonValues json)
    {
        if (json.Name(ChargeId) is not { } id || PriceOf(json) is not { } amount)
        {
            return null;
        }

        // The last step says how it ended: EXPIRED, CANCELED, or UNRESOLVED and why.
        string? code = null;
        foreach (var item in json.Items(Timeline))
        {
            var step = StepFields.Read(item);
            code = step.Text(StepContext) ?? step.Text(StepStatus);
        }

        var (order, customer) = (json.Text(OrderId), json.Text(CustomerId));
        return EventDraft.Of(id, metadata => new PaymentFailed(metadata, id, amount, code, null, order, customer));
    }

    // A local price may be in a coin, whose smallest unit is none that money here can have.
    private static Money? PriceOf(in JsonValues json) =>
        json.Text(Currency) is "BTC" or "BCH" or "DAI" or "ETH" or "LTC" ? null : PayloadMoney.FromDecimal(json.Text(Amount), json.Text(Currency));
}
