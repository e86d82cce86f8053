using System.Security.Cryptography;
using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Orders;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// WooCommerce signs the raw body (HMAC-SHA256, base64): <c>X-WC-Webhook-Signature</c>. A new webhook is tried out with an unsigned form <c>webhook_id=…</c>, which must be answered with exactly 200.
/// Its delivery id is a hash of the webhook and the second, so that two deliveries of one second share it, and several topics have the same body: the topic and the body's hash identify a webhook,
/// and the delivery id as well where the body has no date, as of something deleted.
/// An order is sent whole with every change of it: what has happened to it is told apart by keys and happens once.
/// See https://woocommerce.com/document/webhooks/ and class-wc-webhook.php of https://github.com/woocommerce/woocommerce.
/// </summary>
public sealed class WooCommerceProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-WC-Webhook-Signature";
    private const string TopicHeader = "X-WC-Webhook-Topic";
    private const string DeliveryHeader = "X-WC-Webhook-Delivery-ID";
    private const int LongestPing = 40;

    private static readonly HmacScheme Scheme = new(SignatureHeader, SignatureEncoding.Base64);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField Number = Fields.Add("number");
    private static readonly JsonField Status = Fields.Add("status");
    private static readonly JsonField Total = Fields.Add("total");
    private static readonly JsonField Currency = Fields.Add("currency");
    private static readonly JsonField CustomerId = Fields.Add("customer_id");
    private static readonly JsonField TransactionId = Fields.Add("transaction_id");
    private static readonly JsonField CreatedAt = Fields.Add("date_created_gmt");
    private static readonly JsonField ModifiedAt = Fields.Add("date_modified_gmt");
    private static readonly JsonField PaidAt = Fields.Add("date_paid_gmt");
    private static readonly JsonField CompletedAt = Fields.Add("date_completed_gmt");
    private static readonly JsonField Refunds = Fields.Add("refunds");
    private static readonly JsonField FirstName = Fields.Add("first_name");
    private static readonly JsonField LastName = Fields.Add("last_name");
    private static readonly JsonField Email = Fields.Add("email");

    private static readonly JsonFields RefundFields = new();
    private static readonly JsonField RefundId = RefundFields.Add("id");
    private static readonly JsonField RefundTotal = RefundFields.Add("total");
    private static readonly JsonField RefundReason = RefundFields.Add("reason");

    public string Name => "woocommerce";

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", FormFields.MediaType];

    public IReadOnlyList<string> KeptHeaders { get; } = [TopicHeader, DeliveryHeader, "X-WC-Webhook-ID", "X-WC-Webhook-Source"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("order.created", nameof(OrderPlaced), "`date_created_gmt`", "unless it is still a draft"),
        new("order.*", nameof(PaymentCompleted), "`date_paid_gmt`", "once an order, if it was paid and has a `transaction_id`"),
        new("order.*", nameof(PaymentRefunded), "`date_modified_gmt`", "once a refund, if the order has a `transaction_id`"),
        new("order.*", nameof(OrderFulfilled), "`date_completed_gmt`", "once an order, if its `status` is `completed`"),
        new("order.*", nameof(OrderCancelled), "`date_modified_gmt`", "once an order, if its `status` is `cancelled`"),
        new("customer.created", nameof(CustomerCreated), "`date_created_gmt`"),
        new("customer.updated", nameof(CustomerUpdated), "`date_modified_gmt`"),
        new("customer.deleted", nameof(CustomerDeleted), "the receipt"),
    ];

    /// <summary>The unsigned form that tries out a new webhook: answered with nothing, and only if it says nothing else.</summary>
    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) =>
        !request.Headers.ContainsKey(SignatureHeader) && IsPing(request) ? HandshakeResponse.Empty : null;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var type = CleanText.Name(request.Header(TopicHeader)) ?? Webhook.UnknownType;
        var json = Fields.Read(request.Body.Span);
        var eventId = IdentityOf(request, type, json.Time(ModifiedAt) is not null);
        if (json.Name(Id) is not { } id)
        {
            return new Webhook(eventId, type, null, null, []);
        }

        List<EventDraft> drafts = type switch
        {
            "order.created" => [.. Placed(json, id), .. Changes(json, id)],
            "order.updated" => Changes(json, id),
            "customer.created" => [Created(json, id)],
            "customer.updated" => [Updated(json, id)],
            "customer.deleted" => [EventDraft.Of(id, metadata => new CustomerDeleted(metadata, id), key: id)],
            _ => [],
        };
        return new Webhook(eventId, type, json.Time(ModifiedAt), id, drafts);
    }

    private static string? IdentityOf(in RawRequest request, string type, bool isDated)
    {
        var identity = $"{type}/{Convert.ToHexStringLower(SHA256.HashData(request.Body.Span))}";
        return CleanText.Name(isDated ? identity : $"{identity}/{request.Header(DeliveryHeader)}");
    }

    private static List<EventDraft> Placed(in JsonValues json, string orderId)
    {
        // The checkout saves an order before the customer has placed it.
        if (json.Text(Status) is null or "checkout-draft" or "auto-draft" or "draft" or "trash")
        {
            return [];
        }

        var (amount, number) = (PayloadMoney.FromDecimal(json.Text(Total), json.Text(Currency)), json.Text(Number));
        var customer = json.Text(CustomerId) is { } id and not "0" ? id : null; // Zero is a guest.
        return [EventDraft.Of(orderId, metadata => new OrderPlaced(metadata, orderId, amount, number, customer), json.Time(CreatedAt), orderId)];
    }

    private static List<EventDraft> Changes(in JsonValues json, string orderId)
    {
        var drafts = new List<EventDraft>();
        var (status, number, paymentId, currency) = (json.Text(Status), json.Text(Number), json.Name(TransactionId), json.Text(Currency));
        if (paymentId is not null && json.Time(PaidAt) is { } paidAt && PayloadMoney.FromDecimal(json.Text(Total), currency) is { } amount)
        {
            var customer = json.Text(CustomerId) is { } id and not "0" ? id : null;
            drafts.Add(EventDraft.Of(paymentId, metadata => new PaymentCompleted(metadata, paymentId, amount, orderId, customer), paidAt, orderId));
        }

        foreach (var item in json.Items(Refunds))
        {
            var refund = RefundFields.Read(item);
            // A refund's total has a minus.
            if (paymentId is not null && refund.Name(RefundId) is { } refundId && PayloadMoney.FromDecimal(refund.Text(RefundTotal)?.TrimStart('-'), currency) is { } refunded)
            {
                var reason = refund.Text(RefundReason) is { Length: > 0 } text ? text : null;
                drafts.Add(EventDraft.Of(paymentId, metadata => new PaymentRefunded(metadata, paymentId, refunded, refundId, reason), json.Time(ModifiedAt), refundId));
            }
        }

        if (status is "completed")
        {
            drafts.Add(EventDraft.Of(orderId, metadata => new OrderFulfilled(metadata, orderId, number), json.Time(CompletedAt), orderId));
        }
        else if (status is "cancelled")
        {
            drafts.Add(EventDraft.Of(orderId, metadata => new OrderCancelled(metadata, orderId, number), json.Time(ModifiedAt), orderId));
        }

        return drafts;
    }

    private static EventDraft Created(in JsonValues json, string customerId)
    {
        var (name, email) = (NameOf(json), json.Text(Email));
        return EventDraft.Of(customerId, metadata => new CustomerCreated(metadata, customerId, name, email), json.Time(CreatedAt), customerId);
    }

    private static EventDraft Updated(in JsonValues json, string customerId)
    {
        var (name, email) = (NameOf(json), json.Text(Email));
        return EventDraft.Of(customerId, metadata => new CustomerUpdated(metadata, customerId, name, email), json.Time(ModifiedAt));
    }

    private static string? NameOf(in JsonValues json) => $"{json.Text(FirstName)} {json.Text(LastName)}".Trim() is { Length: > 0 } name ? name : null;

    private static bool IsPing(in RawRequest request)
    {
        var prefix = "webhook_id="u8;
        var body = request.Body.Span;
        return body.Length > prefix.Length && body.Length <= LongestPing && body.StartsWith(prefix)
            && !body[prefix.Length..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
