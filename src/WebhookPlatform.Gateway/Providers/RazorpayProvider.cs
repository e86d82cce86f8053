using WebhookPlatform.Contracts.Invoices;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Razorpay signs the raw body (HMAC-SHA256, hex): <c>X-Razorpay-Signature</c>. After a change of secret, retries of older events keep the old one: leave it configured for a day.
/// Payments are told by <c>payment.captured</c>; <c>order.paid</c> tells of the same money again and is not mapped. A subscription's first charge is its start, <c>subscription.activated</c>; <c>subscription.halted</c> only tells that what failed before is given up.
/// See https://razorpay.com/docs/webhooks/ and https://razorpay.com/docs/webhooks/payloads/.
/// </summary>
public sealed class RazorpayProvider : IWebhookProvider
{
    private const string EventIdHeader = "X-Razorpay-Event-Id";

    private static readonly HmacScheme Scheme = new("X-Razorpay-Signature");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Event = Fields.Add("event");
    private static readonly JsonField CreatedAt = Fields.Add("created_at");
    private static readonly JsonField PaymentId = Fields.Add("payload.payment.entity.id");
    private static readonly JsonField PaymentAmount = Fields.Add("payload.payment.entity.amount");
    private static readonly JsonField PaymentCurrency = Fields.Add("payload.payment.entity.currency");
    private static readonly JsonField OrderId = Fields.Add("payload.payment.entity.order_id");
    private static readonly JsonField CustomerId = Fields.Add("payload.payment.entity.customer_id");
    private static readonly JsonField Description = Fields.Add("payload.payment.entity.description");
    private static readonly JsonField ErrorCode = Fields.Add("payload.payment.entity.error_code");
    private static readonly JsonField ErrorDescription = Fields.Add("payload.payment.entity.error_description");
    private static readonly JsonField RefundId = Fields.Add("payload.refund.entity.id");
    private static readonly JsonField RefundAmount = Fields.Add("payload.refund.entity.amount");
    private static readonly JsonField RefundCurrency = Fields.Add("payload.refund.entity.currency");
    private static readonly JsonField RefundedPaymentId = Fields.Add("payload.refund.entity.payment_id");
    private static readonly JsonField RefundReason = Fields.Add("payload.refund.entity.notes.reason");
    private static readonly JsonField DisputeId = Fields.Add("payload.dispute.entity.id");
    private static readonly JsonField DisputeAmount = Fields.Add("payload.dispute.entity.amount");
    private static readonly JsonField DisputeCurrency = Fields.Add("payload.dispute.entity.currency");
    private static readonly JsonField DisputeReason = Fields.Add("payload.dispute.entity.reason_code");
    private static readonly JsonField DisputedPaymentId = Fields.Add("payload.dispute.entity.payment_id");
    private static readonly JsonField SubscriptionId = Fields.Add("payload.subscription.entity.id");
    private static readonly JsonField PlanId = Fields.Add("payload.subscription.entity.plan_id");
    private static readonly JsonField SubscriberId = Fields.Add("payload.subscription.entity.customer_id");
    private static readonly JsonField CurrentEnd = Fields.Add("payload.subscription.entity.current_end");
    private static readonly JsonField EndedAt = Fields.Add("payload.subscription.entity.ended_at");
    private static readonly JsonField PaidCount = Fields.Add("payload.subscription.entity.paid_count");
    private static readonly JsonField InvoiceId = Fields.Add("payload.invoice.entity.id");
    private static readonly JsonField InvoiceNumber = Fields.Add("payload.invoice.entity.invoice_number");
    private static readonly JsonField InvoiceAmount = Fields.Add("payload.invoice.entity.amount_paid");
    private static readonly JsonField InvoiceCurrency = Fields.Add("payload.invoice.entity.currency");
    private static readonly JsonField InvoiceCustomerId = Fields.Add("payload.invoice.entity.customer_id");
    private static readonly JsonField InvoiceSubscriptionId = Fields.Add("payload.invoice.entity.subscription_id");
    private static readonly JsonField InvoiceUrl = Fields.Add("payload.invoice.entity.short_url");

    public string Name => "razorpay";

    public IReadOnlyList<string> KeptHeaders { get; } = [EventIdHeader];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment.authorized", nameof(PaymentAuthorized), "`created_at`"),
        new("payment.captured", nameof(PaymentCompleted), "`created_at`"),
        new("payment.failed", nameof(PaymentFailed), "`created_at`"),
        new("refund.processed", nameof(PaymentRefunded), "`created_at`"),
        new("payment.dispute.created", nameof(PaymentDisputed), "`created_at`"),
        new("subscription.activated", nameof(SubscriptionStarted), "`created_at`"),
        new("subscription.charged", nameof(SubscriptionRenewed), "`created_at`", "from the second charge on (`paid_count`)"),
        new("subscription.pending", nameof(SubscriptionPaymentFailed), "`created_at`"),
        new("subscription.cancelled", nameof(SubscriptionCancelled), "`created_at`"),
        new("subscription.completed", nameof(SubscriptionCancelled), "`created_at`"),
        new("invoice.paid", nameof(InvoicePaid), "`created_at`"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var id = CleanText.Name(request.Header(EventIdHeader));
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Event);
        var draft = type switch
        {
            "payment.authorized" => Authorized(json),
            "payment.captured" => Completed(json),
            "payment.failed" => Failed(json),
            "refund.processed" => Refunded(json),
            "payment.dispute.created" => Disputed(json),
            "subscription.activated" => Started(json),
            "subscription.charged" => Renewed(json),
            "subscription.pending" => RenewalFailed(json),
            "subscription.cancelled" => Ended(json, null),
            "subscription.completed" => Ended(json, "completed"),
            "invoice.paid" => Paid(json),
            _ => null,
        };
        var subject = draft?.Subject ?? json.Name(PaymentId) ?? json.Name(RefundedPaymentId) ?? json.Name(SubscriptionId) ?? json.Name(InvoiceId);
        return new Webhook(id, type ?? Webhook.UnknownType, json.Time(CreatedAt), subject, draft is null ? [] : [draft]);
    }

    private static EventDraft? Authorized(in JsonValues json)
    {
        if (json.Name(PaymentId) is not { } paymentId || PayloadMoney.From(json.WholeNumber(PaymentAmount), json.Text(PaymentCurrency)) is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(OrderId), json.Text(CustomerId), json.Text(Description));
        return EventDraft.Of(paymentId, metadata => new PaymentAuthorized(metadata, paymentId, amount, order, customer, description));
    }

    private static EventDraft? Completed(in JsonValues json)
    {
        if (json.Name(PaymentId) is not { } paymentId || PayloadMoney.From(json.WholeNumber(PaymentAmount), json.Text(PaymentCurrency)) is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(OrderId), json.Text(CustomerId), json.Text(Description));
        return EventDraft.Of(paymentId, metadata => new PaymentCompleted(metadata, paymentId, amount, order, customer, description));
    }

    private static EventDraft? Failed(in JsonValues json)
    {
        if (json.Name(PaymentId) is not { } paymentId || PayloadMoney.From(json.WholeNumber(PaymentAmount), json.Text(PaymentCurrency)) is not { } amount)
        {
            return null;
        }

        var (code, message, order, customer) = (json.Text(ErrorCode), json.Text(ErrorDescription), json.Text(OrderId), json.Text(CustomerId));
        return EventDraft.Of(paymentId, metadata => new PaymentFailed(metadata, paymentId, amount, code, message, order, customer));
    }

    private static EventDraft? Refunded(in JsonValues json)
    {
        var paymentId = json.Name(RefundedPaymentId) ?? json.Name(PaymentId);
        if (paymentId is null || PayloadMoney.From(json.WholeNumber(RefundAmount), json.Text(RefundCurrency)) is not { } amount)
        {
            return null;
        }

        var (refundId, reason) = (json.Text(RefundId), json.Text(RefundReason));
        return EventDraft.Of(paymentId, metadata => new PaymentRefunded(metadata, paymentId, amount, refundId, reason));
    }

    private static EventDraft? Disputed(in JsonValues json)
    {
        var paymentId = json.Name(DisputedPaymentId) ?? json.Name(PaymentId);
        if (paymentId is null || PayloadMoney.From(json.WholeNumber(DisputeAmount), json.Text(DisputeCurrency)) is not { } amount)
        {
            return null;
        }

        var (disputeId, reason) = (json.Text(DisputeId), json.Text(DisputeReason));
        return EventDraft.Of(paymentId, metadata => new PaymentDisputed(metadata, paymentId, amount, disputeId, reason));
    }

    private static EventDraft? Started(in JsonValues json)
    {
        if (json.Name(SubscriptionId) is not { } id)
        {
            return null;
        }

        var (customer, plan, until) = (json.Text(SubscriberId), json.Text(PlanId), json.Time(CurrentEnd));
        return EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer, plan, PeriodEnd: until));
    }

    private static EventDraft? Renewed(in JsonValues json)
    {
        if (json.Name(SubscriptionId) is not { } id || json.WholeNumber(PaidCount) is not > 1)
        {
            return null;
        }

        var (customer, plan, until) = (json.Text(SubscriberId), json.Text(PlanId), json.Time(CurrentEnd));
        var amount = PayloadMoney.From(json.WholeNumber(PaymentAmount), json.Text(PaymentCurrency));
        return EventDraft.Of(id, metadata => new SubscriptionRenewed(metadata, id, customer, plan, amount, until));
    }

    private static EventDraft? RenewalFailed(in JsonValues json)
    {
        if (json.Name(SubscriptionId) is not { } id)
        {
            return null;
        }

        var (customer, plan, message) = (json.Text(SubscriberId), json.Text(PlanId), json.Text(ErrorDescription));
        var amount = PayloadMoney.From(json.WholeNumber(PaymentAmount), json.Text(PaymentCurrency));
        return EventDraft.Of(id, metadata => new SubscriptionPaymentFailed(metadata, id, customer, plan, amount, message));
    }

    private static EventDraft? Ended(in JsonValues json, string? reason)
    {
        if (json.Name(SubscriptionId) is not { } id)
        {
            return null;
        }

        var (customer, plan, ended) = (json.Text(SubscriberId), json.Text(PlanId), json.Time(EndedAt));
        return EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, plan, reason, ended));
    }

    private static EventDraft? Paid(in JsonValues json)
    {
        if (json.Name(InvoiceId) is not { } id)
        {
            return null;
        }

        var amount = PayloadMoney.From(json.WholeNumber(InvoiceAmount), json.Text(InvoiceCurrency));
        var (number, customer, subscription, url) = (json.Text(InvoiceNumber), json.Text(InvoiceCustomerId), json.Text(InvoiceSubscriptionId), json.Text(InvoiceUrl));
        return EventDraft.Of(id, metadata => new InvoicePaid(metadata, id, amount, number, customer, subscription, url));
    }
}
