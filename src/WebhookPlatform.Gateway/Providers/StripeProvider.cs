using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Invoices;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Stripe signs <c>{t}.</c> and the raw body (HMAC-SHA256, hex) with the whole <c>whsec_…</c> text as key: <c>Stripe-Signature: t=1700000000,v1=…,v1=…</c>, one <c>v1</c> per active secret.
/// Payments are told by <c>payment_intent.*</c> alone: <c>charge.succeeded</c> and <c>checkout.session.completed</c> tell of the same money again, so mapping them too would count it twice.
/// Thin events of API v2 (<c>v2.core.event</c>) carry the event's id, type and what it is about, nothing more.
/// See https://docs.stripe.com/webhooks/signature and https://docs.stripe.com/api/events/types.
/// </summary>
public sealed class StripeProvider : IWebhookProvider
{
    private static readonly TimedSignatureHeader Scheme = new("Stripe-Signature");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField Created = Fields.Add("created");
    private static readonly JsonField RelatedId = Fields.Add("related_object.id");
    private static readonly JsonField ObjectId = Fields.Add("data.object.id");
    private static readonly JsonField Amount = Fields.Add("data.object.amount");
    private static readonly JsonField AmountReceived = Fields.Add("data.object.amount_received");
    private static readonly JsonField AmountRefunded = Fields.Add("data.object.amount_refunded");
    private static readonly JsonField AmountRefundedBefore = Fields.Add("data.previous_attributes.amount_refunded");
    private static readonly JsonField Currency = Fields.Add("data.object.currency");
    private static readonly JsonField Customer = Fields.Add("data.object.customer");
    private static readonly JsonField Description = Fields.Add("data.object.description");
    private static readonly JsonField OrderId = Fields.Add("data.object.metadata.order_id");
    private static readonly JsonField ErrorCode = Fields.Add("data.object.last_payment_error.code");
    private static readonly JsonField DeclineCode = Fields.Add("data.object.last_payment_error.decline_code");
    private static readonly JsonField ErrorMessage = Fields.Add("data.object.last_payment_error.message");
    private static readonly JsonField PaymentIntent = Fields.Add("data.object.payment_intent");
    private static readonly JsonField RefundId = Fields.Add("data.object.refunds.data.0.id");
    private static readonly JsonField RefundReason = Fields.Add("data.object.refunds.data.0.reason");

    public string Name => "stripe";

    /// <summary>Retries for three days; events are there to be sent again for 30: https://docs.stripe.com/webhooks#automatic-retries and https://docs.stripe.com/webhooks/process-undelivered-events.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 3, Days: 30);

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment_intent.succeeded", nameof(PaymentCompleted), "`created` of the event"),
        new("payment_intent.payment_failed", nameof(PaymentFailed), "`created` of the event"),
        new("charge.refunded", nameof(PaymentRefunded), "`created` of the event"),
        new("payment_intent.amount_capturable_updated", nameof(PaymentAuthorized), "`created` of the event", "if something can be captured"),
        new("charge.dispute.created", nameof(PaymentDisputed), "`created` of the event"),
        new("customer.subscription.created", nameof(SubscriptionStarted), "`created` of the event", "if its `status` is `active` or `trialing`"),
        new("customer.subscription.updated", nameof(SubscriptionStarted), "`created` of the event", "if its `status` was `incomplete` and is `active` or `trialing`"),
        new("customer.subscription.deleted", nameof(SubscriptionCancelled), "`created` of the event"),
        new("invoice.finalized", nameof(InvoiceIssued), "`created` of the event"),
        new("invoice.paid", nameof(InvoicePaid), "`created` of the event"),
        new("invoice.paid", nameof(SubscriptionRenewed), "`created` of the event", "if its `billing_reason` is `subscription_cycle`"),
        new("invoice.payment_failed", nameof(SubscriptionPaymentFailed), "`created` of the event", "if it bills a subscription"),
        new("customer.created", nameof(CustomerCreated), "`created` of the event"),
        new("customer.updated", nameof(CustomerUpdated), "`created` of the event"),
        new("customer.deleted", nameof(CustomerDeleted), "`created` of the event"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source, now);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        if (!json.IsReadable)
        {
            return Webhook.Unreadable;
        }

        var type = json.Name(Type);
        IReadOnlyList<EventDraft> drafts = type switch
        {
            "payment_intent.succeeded" => One(Completed(json)),
            "payment_intent.payment_failed" => One(Failed(json)),
            "charge.refunded" => One(Refunded(json)),
            _ => StripeBilling.Read(type, request.Body.Span),
        };
        var subject = (drafts.Count > 0 ? drafts[0].Subject : null) ?? json.Name(ObjectId) ?? json.Name(RelatedId);
        return new Webhook(json.Name(Id), type ?? Webhook.UnknownType, json.Time(Created), subject, drafts);
    }

    private static EventDraft? Completed(in JsonValues json)
    {
        if (json.Name(ObjectId) is not { } paymentId || PayloadMoney.From(json.WholeNumber(AmountReceived), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(OrderId), json.Text(Customer), json.Text(Description));
        return EventDraft.Of(paymentId, metadata => new PaymentCompleted(metadata, paymentId, amount, order, customer, description));
    }

    private static EventDraft? Failed(in JsonValues json)
    {
        if (json.Name(ObjectId) is not { } paymentId || PayloadMoney.From(json.WholeNumber(Amount), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (code, message) = (json.Text(ErrorCode) ?? json.Text(DeclineCode), json.Text(ErrorMessage));
        var (order, customer) = (json.Text(OrderId), json.Text(Customer));
        return EventDraft.Of(paymentId, metadata => new PaymentFailed(metadata, paymentId, amount, code, message, order, customer));
    }

    private static EventDraft? Refunded(in JsonValues json)
    {
        // The charge carries the total of all its refunds; the event wants this one's share.
        var refunded = json.WholeNumber(AmountRefunded) - (json.WholeNumber(AmountRefundedBefore) ?? 0);
        var paymentId = json.Name(PaymentIntent) ?? json.Name(ObjectId);
        if (paymentId is null || refunded is not > 0 || PayloadMoney.From(refunded, json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (refundId, reason) = (json.Text(RefundId), json.Text(RefundReason));
        return EventDraft.Of(paymentId, metadata => new PaymentRefunded(metadata, paymentId, amount, refundId, reason));
    }

    private static IReadOnlyList<EventDraft> One(EventDraft? draft) => draft is null ? [] : [draft];
}
