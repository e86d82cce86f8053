using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Razorpay signs the raw body (HMAC-SHA256, hex): <c>X-Razorpay-Signature</c>. After a change of secret, retries of older events keep the old one: leave it configured for a day.
/// Payments are told by <c>payment.captured</c>; <c>order.paid</c> tells of the same money again and is not mapped.
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

    public string Name => "razorpay";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment.captured", nameof(PaymentCompleted), "`created_at` of the event"),
        new("payment.failed", nameof(PaymentFailed), "`created_at` of the event"),
        new("refund.processed", nameof(PaymentRefunded), "`created_at` of the event"),
    ];

    public IReadOnlyList<string> KeptHeaders { get; } = [EventIdHeader];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var id = CleanText.Name(request.Header(EventIdHeader));
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Event);
        var draft = type switch
        {
            "payment.captured" => Completed(json),
            "payment.failed" => Failed(json),
            "refund.processed" => Refunded(json),
            _ => null,
        };
        var subject = draft?.Subject ?? json.Name(PaymentId) ?? json.Name(RefundedPaymentId);
        return new Webhook(id, type ?? Webhook.UnknownType, json.Time(CreatedAt), subject, draft is null ? [] : [draft]);
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
}
