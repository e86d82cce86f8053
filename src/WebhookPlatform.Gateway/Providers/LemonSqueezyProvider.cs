using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Orders;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Lemon Squeezy signs the raw body (HMAC-SHA256, hex): <c>X-Signature</c>. The event's name is also a header, which is not signed and so not read. There is no event id, so the body's hash is one.
/// An order and an invoice of a subscription may have the same number, so a payment is named by both type and number as in JSON:API: <c>orders/1</c>, <c>subscription-invoices/1</c>. The first payment of a subscription is told by its order.
/// A refund tells the running total of what was given back, so that only the one that gives back the rest becomes an event, with the whole.
/// See https://docs.lemonsqueezy.com/help/webhooks/signing-requests and https://docs.lemonsqueezy.com/help/webhooks/event-types.
/// </summary>
public sealed class LemonSqueezyProvider : IWebhookProvider
{
    private static readonly HmacScheme Scheme = new("X-Signature");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Type = Fields.Add("meta.event_name");
    private static readonly JsonField Resource = Fields.Add("data.type");
    private static readonly JsonField Id = Fields.Add("data.id");
    private static readonly JsonField CreatedAt = Fields.Add("data.attributes.created_at");
    private static readonly JsonField UpdatedAt = Fields.Add("data.attributes.updated_at");
    private static readonly JsonField Status = Fields.Add("data.attributes.status");
    private static readonly JsonField Total = Fields.Add("data.attributes.total");
    private static readonly JsonField Currency = Fields.Add("data.attributes.currency");
    private static readonly JsonField RefundedAmount = Fields.Add("data.attributes.refunded_amount");
    private static readonly JsonField RefundedAt = Fields.Add("data.attributes.refunded_at");
    private static readonly JsonField OrderNumber = Fields.Add("data.attributes.order_number");
    private static readonly JsonField CustomerId = Fields.Add("data.attributes.customer_id");
    private static readonly JsonField SubscriptionId = Fields.Add("data.attributes.subscription_id");
    private static readonly JsonField BillingReason = Fields.Add("data.attributes.billing_reason");
    private static readonly JsonField OrderedProduct = Fields.Add("data.attributes.first_order_item.product_name");
    private static readonly JsonField ProductName = Fields.Add("data.attributes.product_name");
    private static readonly JsonField RenewsAt = Fields.Add("data.attributes.renews_at");
    private static readonly JsonField EndsAt = Fields.Add("data.attributes.ends_at");
    private static readonly JsonField CustomerName = Fields.Add("data.attributes.name");
    private static readonly JsonField Email = Fields.Add("data.attributes.email");

    public string Name => "lemon-squeezy";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("order_created", nameof(OrderPlaced), "`created_at`"),
        new("order_created", nameof(PaymentCompleted), "`created_at`", "if its `status` is `paid` and its total above zero"),
        new("order_refunded", nameof(PaymentRefunded), "`refunded_at`", "if its `status` is `refunded`"),
        new("subscription_created", nameof(SubscriptionStarted), "`created_at`"),
        new("subscription_cancelled", nameof(SubscriptionCancelled), "`updated_at`"),
        new("subscription_expired", nameof(SubscriptionCancelled), "`updated_at`", "the same event where it was cancelled before"),
        new("subscription_payment_success", nameof(PaymentCompleted), "`created_at`", "unless its `billing_reason` is `initial` or its total zero"),
        new("subscription_payment_success", nameof(SubscriptionRenewed), "`created_at`", "if its `billing_reason` is `renewal`"),
        new("subscription_payment_failed", nameof(PaymentFailed), "`updated_at`"),
        new("subscription_payment_failed", nameof(SubscriptionPaymentFailed), "`updated_at`"),
        new("subscription_payment_refunded", nameof(PaymentRefunded), "`refunded_at`", "if its `status` is `refunded`, unless its `billing_reason` is `initial`"),
        new("customer_created", nameof(CustomerCreated), "`created_at`"),
        new("customer_updated", nameof(CustomerUpdated), "`updated_at`"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type);
        var id = json.Name(Id);
        IReadOnlyList<EventDraft> drafts = id is null ? [] : type switch
        {
            "order_created" => [Placed(id, json), .. One(json.Text(Status) is "paid" ? Completed(json) : null)],
            "order_refunded" => One(Refunded(json)),
            "subscription_created" => [Started(id, json)],
            "subscription_cancelled" or "subscription_expired" => [Cancelled(id, json)],
            "subscription_payment_success" => [.. One(IsInitial(json) ? null : Completed(json)), .. One(Renewed(json))],
            "subscription_payment_failed" => [.. One(Failed(json)), .. One(RenewalFailed(json))],
            "subscription_payment_refunded" => One(IsInitial(json) ? null : Refunded(json)),
            "customer_created" => [Created(id, json)],
            "customer_updated" => [Updated(id, json)],
            _ => [],
        };
        var time = drafts.Count > 0 ? drafts[0].OccurredAt : json.Time(UpdatedAt) ?? json.Time(CreatedAt);
        return new Webhook(null, type ?? Webhook.UnknownType, time, drafts.Count > 0 ? drafts[0].Subject : PaymentOf(json), drafts);
    }

    private static EventDraft Placed(string id, in JsonValues json)
    {
        var (number, customer) = (json.Text(OrderNumber), json.Text(CustomerId));
        var amount = PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency));
        return EventDraft.Of(id, metadata => new OrderPlaced(metadata, id, amount, number, customer), json.Time(CreatedAt), id);
    }

    private static EventDraft? Completed(in JsonValues json)
    {
        if (PaymentOf(json) is not { } payment || PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency)) is not { MinorUnits: > 0 } amount)
        {
            return null;
        }

        var (number, customer, product) = (json.Text(OrderNumber), json.Text(CustomerId), json.Text(OrderedProduct));
        return EventDraft.Of(payment, metadata => new PaymentCompleted(metadata, payment, amount, number, customer, product), json.Time(CreatedAt), payment);
    }

    private static EventDraft? Refunded(in JsonValues json)
    {
        if (json.Text(Status) is not "refunded" || PaymentOf(json) is not { } payment
            || PayloadMoney.From(json.WholeNumber(RefundedAmount), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        return EventDraft.Of(payment, metadata => new PaymentRefunded(metadata, payment, amount), json.Time(RefundedAt), payment);
    }

    private static EventDraft Started(string id, in JsonValues json)
    {
        var (customer, plan, renews) = (json.Text(CustomerId), json.Text(ProductName), json.Time(RenewsAt));
        return EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer, plan, PeriodEnd: renews), json.Time(CreatedAt), id);
    }

    private static EventDraft Cancelled(string id, in JsonValues json)
    {
        var (customer, plan, ends) = (json.Text(CustomerId), json.Text(ProductName), json.Time(EndsAt));

        // It may be resumed and cancelled again; the end tells one from the other.
        var key = json.Name(EndsAt) is { } end ? CleanText.Name($"{id}/{end}") : null;
        return EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, plan, EndsAt: ends), json.Time(UpdatedAt), key);
    }

    private static EventDraft? Renewed(in JsonValues json)
    {
        if (json.Text(BillingReason) is not "renewal" || json.Name(SubscriptionId) is not { } subscription)
        {
            return null;
        }

        var customer = json.Text(CustomerId);
        var amount = PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency));
        return EventDraft.Of(subscription, metadata => new SubscriptionRenewed(metadata, subscription, customer, Amount: amount), json.Time(CreatedAt), PaymentOf(json));
    }

    private static EventDraft? Failed(in JsonValues json)
    {
        if (PaymentOf(json) is not { } payment || PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var customer = json.Text(CustomerId);
        return EventDraft.Of(payment, metadata => new PaymentFailed(metadata, payment, amount, CustomerId: customer), json.Time(UpdatedAt));
    }

    private static EventDraft? RenewalFailed(in JsonValues json)
    {
        if (json.Name(SubscriptionId) is not { } subscription)
        {
            return null;
        }

        var customer = json.Text(CustomerId);
        var amount = PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency));
        return EventDraft.Of(subscription, metadata => new SubscriptionPaymentFailed(metadata, subscription, customer, Amount: amount), json.Time(UpdatedAt));
    }

    private static EventDraft Created(string id, in JsonValues json)
    {
        var (name, email) = (json.Text(CustomerName), json.Text(Email));
        return EventDraft.Of(id, metadata => new CustomerCreated(metadata, id, name, email), json.Time(CreatedAt), id);
    }

    private static EventDraft Updated(string id, in JsonValues json)
    {
        var (name, email) = (json.Text(CustomerName), json.Text(Email));
        return EventDraft.Of(id, metadata => new CustomerUpdated(metadata, id, name, email), json.Time(UpdatedAt));
    }

    private static bool IsInitial(in JsonValues json) => json.Text(BillingReason) is "initial";

    private static string? PaymentOf(in JsonValues json) =>
        json.Name(Resource) is { } resource && json.Name(Id) is { } id ? CleanText.Name($"{resource}/{id}") : null;

    private static IReadOnlyList<EventDraft> One(EventDraft? draft) => draft is null ? [] : [draft];
}
