using System.Globalization;
using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Orders;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Shopify signs the raw body (HMAC-SHA256, base64) with the app's client secret: <c>X-Shopify-Hmac-Sha256</c>, or <c>shopify-hmac-sha256</c> where the new events send it; an empty body is never believed.
/// After a change of secret the old one is used for up to an hour. The topic is a header, <c>X-Shopify-Topic</c>; an event's is joined with its action: <c>Product/update</c>.
/// Money is told by <c>order_transactions/create</c> and <c>refunds/create</c>, a refund that both tell of once; <c>orders/paid</c> tells of it again and is not mapped.
/// See https://shopify.dev/docs/apps/build/webhooks and https://shopify.dev/docs/api/webhooks.
/// </summary>
public sealed class ShopifyProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-Shopify-Hmac-Sha256";
    private const string IdHeader = "X-Shopify-Webhook-Id";
    private const string TopicHeader = "X-Shopify-Topic";
    private const string TimeHeader = "X-Shopify-Triggered-At";
    private const string EventSignatureHeader = "shopify-hmac-sha256";
    private const string EventWebhookIdHeader = "shopify-webhook-id";
    private const string EventIdHeader = "shopify-event-id";
    private const string EventTopicHeader = "shopify-topic";
    private const string EventActionHeader = "shopify-action";
    private const string EventTimeHeader = "shopify-triggered-at";

    private static readonly HmacScheme Scheme = new(SignatureHeader, SignatureEncoding.Base64);
    private static readonly HmacScheme EventScheme = new(EventSignatureHeader, SignatureEncoding.Base64);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField CreatedAt = Fields.Add("created_at");
    private static readonly JsonField UpdatedAt = Fields.Add("updated_at");
    private static readonly JsonField Currency = Fields.Add("currency");
    private static readonly JsonField OrderName = Fields.Add("name");
    private static readonly JsonField TotalPrice = Fields.Add("total_price");
    private static readonly JsonField CustomerId = Fields.Add("customer.id");
    private static readonly JsonField CancelledAt = Fields.Add("cancelled_at");
    private static readonly JsonField CancelReason = Fields.Add("cancel_reason");
    private static readonly JsonField Fulfillments = Fields.Add("fulfillments");
    private static readonly JsonField FirstName = Fields.Add("first_name");
    private static readonly JsonField LastName = Fields.Add("last_name");
    private static readonly JsonField Email = Fields.Add("email");
    private static readonly JsonField Note = Fields.Add("note");
    private static readonly JsonField Transactions = Fields.Add("transactions");

    private static readonly JsonFields TransactionFields = new();
    private static readonly JsonField TransactionId = TransactionFields.Add("id");
    private static readonly JsonField TransactionOrder = TransactionFields.Add("order_id");
    private static readonly JsonField ParentId = TransactionFields.Add("parent_id");
    private static readonly JsonField Kind = TransactionFields.Add("kind");
    private static readonly JsonField Status = TransactionFields.Add("status");
    private static readonly JsonField Amount = TransactionFields.Add("amount");
    private static readonly JsonField TransactionCurrency = TransactionFields.Add("currency");
    private static readonly JsonField ProcessedAt = TransactionFields.Add("processed_at");
    private static readonly JsonField TransactionCreatedAt = TransactionFields.Add("created_at");
    private static readonly JsonField ErrorCode = TransactionFields.Add("error_code");
    private static readonly JsonField Message = TransactionFields.Add("message");

    private static readonly JsonFields FulfillmentFields = new();
    private static readonly JsonField FulfillmentId = FulfillmentFields.Add("id");
    private static readonly JsonField FulfilledAt = FulfillmentFields.Add("created_at");
    private static readonly JsonField TrackingNumber = FulfillmentFields.Add("tracking_number");
    private static readonly JsonField TrackingCompany = FulfillmentFields.Add("tracking_company");

    public string Name => "shopify";

    public IReadOnlyList<string> KeptHeaders { get; } =
        [IdHeader, TopicHeader, TimeHeader, "X-Shopify-Shop-Domain", "X-Shopify-Event-Id", EventWebhookIdHeader, EventIdHeader, EventTopicHeader, EventActionHeader, EventTimeHeader];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("orders/create", nameof(OrderPlaced), "`created_at`"),
        new("orders/fulfilled", nameof(OrderFulfilled), "`created_at` of the last fulfillment"),
        new("orders/partially_fulfilled", nameof(OrderFulfilled), "`created_at` of the last fulfillment"),
        new("orders/cancelled", nameof(OrderCancelled), "`cancelled_at`"),
        new("customers/create", nameof(CustomerCreated), "`created_at`"),
        new("customers/update", nameof(CustomerUpdated), "`updated_at`"),
        new("customers/delete", nameof(CustomerDeleted), "`X-Shopify-Triggered-At`"),
        new("order_transactions/create", nameof(PaymentCompleted), "`processed_at`", "if `kind` is `sale` or `capture` and `status` is `success`"),
        new("order_transactions/create", nameof(PaymentAuthorized), "`processed_at`", "if `kind` is `authorization` and `status` is `success`"),
        new("order_transactions/create", nameof(PaymentFailed), "`processed_at`", "if `status` is `failure` or `error`, unless it is a refund"),
        new("order_transactions/create", nameof(PaymentRefunded), "`processed_at`", "if `kind` is `refund` and `status` is `success`"),
        new("refunds/create", nameof(PaymentRefunded), "`processed_at` of the transaction", "for each transaction that succeeded"),
        .. ShopifySubscriptions.Gives,
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var isEvent = !request.Headers.ContainsKey(SignatureHeader) && request.Headers.ContainsKey(EventSignatureHeader);
        var verification = (isEvent ? EventScheme : Scheme).Verify(request, source);
        return verification.IsValid && request.Body.IsEmpty ? VerificationFailure.SignatureMismatch : verification;
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var id = CleanText.Name(request.Header(IdHeader) ?? request.Header(EventWebhookIdHeader) ?? request.Header(EventIdHeader));
        var type = TypeOf(request);
        var at = PayloadTime.Parse(request.Header(TimeHeader) ?? request.Header(EventTimeHeader));
        var json = Fields.Read(request.Body.Span);
        var drafts = type switch
        {
            "orders/create" => One(Placed(json)),
            "orders/fulfilled" or "orders/partially_fulfilled" => One(Fulfilled(json)),
            "orders/cancelled" => One(Cancelled(json)),
            "customers/create" => One(Created(json)),
            "customers/update" => One(Updated(json)),
            "customers/delete" => One(Deleted(json)),
            "order_transactions/create" => One(Transaction(TransactionFields.Read(request.Body.Span), null)),
            "refunds/create" => Refunds(json),
            _ => One(ShopifySubscriptions.Read(type, request.Body.Span)),
        };
        return new Webhook(id, type, at ?? (drafts.Count > 0 ? drafts[0].OccurredAt : null), drafts.Count > 0 ? drafts[0].Subject : json.Name(Id), drafts)
        {
            ResourceKey = CleanText.Name(ResourceKey(type, json)),
        };
    }

    // By topic and resource, which is one webhook as far as Shopify's API can tell; what happens to a resource more than once has a number or time of its own.
    private static string? ResourceKey(string type, in JsonValues json) => (type, json.Name(Id)) switch
    {
        (_, null) => null,
        ("orders/create" or "orders/cancelled" or "customers/create" or "order_transactions/create" or "refunds/create", { } id) => $"{type}/{id}",
        ("orders/fulfilled" or "orders/partially_fulfilled", { } id) when LastFulfillment(json).Name(FulfillmentId) is { } fulfillment => $"{type}/{id}/{fulfillment}",
        ("customers/update", { } id) when json.Time(UpdatedAt) is { } time => string.Create(CultureInfo.InvariantCulture, $"{type}/{id}/{time.ToUnixTimeSeconds()}"),
        _ => null,
    };

    // The newest one is why the webhook comes.
    private static JsonValues LastFulfillment(in JsonValues json)
    {
        JsonValues last = default;
        foreach (var item in json.Items(Fulfillments))
        {
            last = FulfillmentFields.Read(item);
        }

        return last;
    }

    private static string TypeOf(in RawRequest request)
    {
        var topic = CleanText.Name(request.Header(TopicHeader) ?? request.Header(EventTopicHeader));
        return topic is not null && !topic.Contains('/', StringComparison.Ordinal) && request.Header(EventActionHeader) is { } action
            ? CleanText.Name($"{topic}/{action}") ?? topic
            : topic ?? Webhook.UnknownType;
    }

    private static IReadOnlyList<EventDraft> One(EventDraft? draft) => draft is null ? [] : [draft];

    private static EventDraft? Placed(in JsonValues json)
    {
        if (json.Name(Id) is not { } orderId)
        {
            return null;
        }

        var (amount, number, customer) = (PayloadMoney.FromDecimal(json.Text(TotalPrice), json.Text(Currency)), json.Text(OrderName), json.Text(CustomerId));
        return EventDraft.Of(orderId, metadata => new OrderPlaced(metadata, orderId, amount, number, customer), json.Time(CreatedAt), orderId);
    }

    private static EventDraft? Fulfilled(in JsonValues json)
    {
        if (json.Name(Id) is not { } orderId)
        {
            return null;
        }

        var last = LastFulfillment(json);
        var (number, tracking, carrier) = (json.Text(OrderName), last.Text(TrackingNumber), last.Text(TrackingCompany));
        return EventDraft.Of(
            orderId,
            metadata => new OrderFulfilled(metadata, orderId, number, tracking, carrier),
            last.Time(FulfilledAt),
            last.Name(FulfillmentId) is { } fulfillmentId ? $"{orderId}/{fulfillmentId}" : null);
    }

    private static EventDraft? Cancelled(in JsonValues json)
    {
        if (json.Name(Id) is not { } orderId)
        {
            return null;
        }

        var (number, reason) = (json.Text(OrderName), json.Text(CancelReason));
        return EventDraft.Of(orderId, metadata => new OrderCancelled(metadata, orderId, number, reason), json.Time(CancelledAt), orderId);
    }

    private static EventDraft? Created(in JsonValues json)
    {
        if (json.Name(Id) is not { } customerId)
        {
            return null;
        }

        var (name, email) = (NameOf(json), json.Text(Email));
        return EventDraft.Of(customerId, metadata => new CustomerCreated(metadata, customerId, name, email), json.Time(CreatedAt), customerId);
    }

    private static EventDraft? Updated(in JsonValues json)
    {
        if (json.Name(Id) is not { } customerId)
        {
            return null;
        }

        var (name, email) = (NameOf(json), json.Text(Email));
        return EventDraft.Of(
            customerId,
            metadata => new CustomerUpdated(metadata, customerId, name, email),
            json.Time(UpdatedAt),
            json.Name(UpdatedAt) is { } updatedAt ? $"{customerId}/{updatedAt}" : null);
    }

    private static EventDraft? Deleted(in JsonValues json)
    {
        if (json.Name(Id) is not { } customerId)
        {
            return null;
        }

        var (name, email) = (NameOf(json), json.Text(Email));
        return EventDraft.Of(customerId, metadata => new CustomerDeleted(metadata, customerId, name, email), key: customerId);
    }

    private static List<EventDraft> Refunds(in JsonValues json)
    {
        var drafts = new List<EventDraft>();
        var reason = json.Text(Note);
        foreach (var item in json.Items(Transactions))
        {
            var transaction = TransactionFields.Read(item);
            if (transaction.Text(Kind) is "refund" && Transaction(transaction, reason) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return drafts;
    }

    private static EventDraft? Transaction(in JsonValues json, string? reason)
    {
        if (json.Name(TransactionId) is not { } paymentId || PayloadMoney.FromDecimal(json.Text(Amount), json.Text(TransactionCurrency)) is not { } amount)
        {
            return null;
        }

        var (order, at) = (json.Text(TransactionOrder), json.Time(ProcessedAt) ?? json.Time(TransactionCreatedAt));
        switch (json.Text(Kind), json.Text(Status))
        {
            case ("sale" or "capture", "success"):
                return EventDraft.Of(paymentId, metadata => new PaymentCompleted(metadata, paymentId, amount, order), at, paymentId);
            case ("authorization", "success"):
                return EventDraft.Of(paymentId, metadata => new PaymentAuthorized(metadata, paymentId, amount, order), at, paymentId);
            case ("sale" or "capture" or "authorization", "failure" or "error"):
                var (code, message) = (json.Text(ErrorCode), json.Text(Message));
                return EventDraft.Of(paymentId, metadata => new PaymentFailed(metadata, paymentId, amount, code, message, order), at, paymentId);
            case ("refund", "success") when json.Name(ParentId) is { } refunded:
                return EventDraft.Of(refunded, metadata => new PaymentRefunded(metadata, refunded, amount, paymentId, reason), at, paymentId);
            default:
                return null;
        }
    }

    private static string? NameOf(in JsonValues json) => $"{json.Text(FirstName)} {json.Text(LastName)}".Trim() is { Length: > 0 } name ? name : null;
}
