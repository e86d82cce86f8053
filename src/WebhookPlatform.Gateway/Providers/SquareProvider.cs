using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Invoices;
using WebhookPlatform.Contracts.Orders;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Square signs the notification URL, exactly as it is set for the subscription, and the raw body (HMAC-SHA256, base64): <c>x-square-hmacsha256-signature</c>. The URL is the source's <c>PublicUrl</c>: what a proxy makes of it does not matter.
/// <c>payment.updated</c> and its like come with every change, so the status decides and the payment's id makes one event of all that tell the same.
/// See https://developer.squareup.com/docs/webhooks/step3validate and https://developer.squareup.com/reference/square/webhooks.
/// </summary>
public sealed class SquareProvider : IWebhookProvider
{
    private static readonly HmacScheme Scheme = new("x-square-hmacsha256-signature", SignatureEncoding.Base64);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventId = Fields.Add("event_id");
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField CreatedAt = Fields.Add("created_at");
    private static readonly JsonField DataId = Fields.Add("data.id");
    private static readonly JsonField PaymentId = Fields.Add("data.object.payment.id");
    private static readonly JsonField PaymentStatus = Fields.Add("data.object.payment.status");
    private static readonly JsonField PaymentAmount = Fields.Add("data.object.payment.amount_money.amount");
    private static readonly JsonField PaymentTotal = Fields.Add("data.object.payment.total_money.amount");
    private static readonly JsonField PaymentCurrency = Fields.Add("data.object.payment.amount_money.currency");
    private static readonly JsonField PaymentOrder = Fields.Add("data.object.payment.order_id");
    private static readonly JsonField PaymentCustomer = Fields.Add("data.object.payment.customer_id");
    private static readonly JsonField PaymentNote = Fields.Add("data.object.payment.note");
    private static readonly JsonField PaymentErrorCode = Fields.Add("data.object.payment.card_details.errors.0.code");
    private static readonly JsonField PaymentErrorDetail = Fields.Add("data.object.payment.card_details.errors.0.detail");
    private static readonly JsonField RefundId = Fields.Add("data.object.refund.id");
    private static readonly JsonField RefundStatus = Fields.Add("data.object.refund.status");
    private static readonly JsonField RefundAmount = Fields.Add("data.object.refund.amount_money.amount");
    private static readonly JsonField RefundCurrency = Fields.Add("data.object.refund.amount_money.currency");
    private static readonly JsonField RefundedPayment = Fields.Add("data.object.refund.payment_id");
    private static readonly JsonField RefundReason = Fields.Add("data.object.refund.reason");
    private static readonly JsonField DisputeId = Fields.Add("data.object.dispute.id");
    private static readonly JsonField DisputeAmount = Fields.Add("data.object.dispute.amount_money.amount");
    private static readonly JsonField DisputeCurrency = Fields.Add("data.object.dispute.amount_money.currency");
    private static readonly JsonField DisputeReason = Fields.Add("data.object.dispute.reason");
    private static readonly JsonField DisputedPayment = Fields.Add("data.object.dispute.disputed_payment.payment_id");
    private static readonly JsonField InvoiceId = Fields.Add("data.object.invoice.id");
    private static readonly JsonField InvoiceStatus = Fields.Add("data.object.invoice.status");
    private static readonly JsonField InvoiceNumber = Fields.Add("data.object.invoice.invoice_number");
    private static readonly JsonField InvoiceCustomer = Fields.Add("data.object.invoice.primary_recipient.customer_id");
    private static readonly JsonField InvoiceSubscription = Fields.Add("data.object.invoice.subscription_id");
    private static readonly JsonField InvoiceUrl = Fields.Add("data.object.invoice.public_url");
    private static readonly JsonField InvoiceAmount = Fields.Add("data.object.invoice.payment_requests.0.computed_amount_money.amount");
    private static readonly JsonField InvoiceCurrency = Fields.Add("data.object.invoice.payment_requests.0.computed_amount_money.currency");
    private static readonly JsonField InvoiceInstallment = Fields.Add("data.object.invoice.payment_requests.1.uid");
    private static readonly JsonField SubscriptionId = Fields.Add("data.object.subscription.id");
    private static readonly JsonField SubscriptionCustomer = Fields.Add("data.object.subscription.customer_id");
    private static readonly JsonField SubscriptionPlan = Fields.Add("data.object.subscription.plan_variation_id");
    private static readonly JsonField SubscriptionPaidUntil = Fields.Add("data.object.subscription.charged_through_date");
    private static readonly JsonField CanceledDate = Fields.Add("data.object.subscription.canceled_date");
    private static readonly JsonField CreatedOrder = Fields.Add("data.object.order_created.order_id");
    private static readonly JsonField CreatedOrderState = Fields.Add("data.object.order_created.state");
    private static readonly JsonField UpdatedOrder = Fields.Add("data.object.order_updated.order_id");
    private static readonly JsonField UpdatedOrderState = Fields.Add("data.object.order_updated.state");
    private static readonly JsonField FulfilledOrder = Fields.Add("data.object.order_fulfillment_updated.order_id");
    private static readonly JsonField Fulfillments = Fields.Add("data.object.order_fulfillment_updated.fulfillment_update");
    private static readonly JsonField GivenName = Fields.Add("data.object.customer.given_name");
    private static readonly JsonField FamilyName = Fields.Add("data.object.customer.family_name");
    private static readonly JsonField CompanyName = Fields.Add("data.object.customer.company_name");
    private static readonly JsonField Email = Fields.Add("data.object.customer.email_address");

    private static readonly JsonFields FulfillmentFields = new();
    private static readonly JsonField FulfillmentId = FulfillmentFields.Add("fulfillment_uid");
    private static readonly JsonField FulfillmentState = FulfillmentFields.Add("new_state");

    public string Name => "square";

    /// <summary>Retries for up to 72 hours. https://developer.squareup.com/docs/webhooks-api/delivery-sla.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 3, Days: 30);

    public bool NeedsUrl => true;

    public IReadOnlyList<string> KeptHeaders { get; } = ["square-retry-number", "square-retry-reason", "square-initial-delivery-timestamp"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment.created", nameof(PaymentAuthorized), "`created_at`", "if its `status` is `APPROVED`"),
        new("payment.updated", nameof(PaymentAuthorized), "`created_at`", "if its `status` is `APPROVED`"),
        new("payment.created", nameof(PaymentCompleted), "`created_at`", "if its `status` is `COMPLETED`"),
        new("payment.updated", nameof(PaymentCompleted), "`created_at`", "if its `status` is `COMPLETED`"),
        new("payment.created", nameof(PaymentFailed), "`created_at`", "if its `status` is `FAILED`"),
        new("payment.updated", nameof(PaymentFailed), "`created_at`", "if its `status` is `FAILED`"),
        new("refund.created", nameof(PaymentRefunded), "`created_at`", "if its `status` is `COMPLETED`"),
        new("refund.updated", nameof(PaymentRefunded), "`created_at`", "if its `status` is `COMPLETED`"),
        new("dispute.created", nameof(PaymentDisputed), "`created_at`"),
        new("invoice.published", nameof(InvoiceIssued), "`created_at`"),
        new("invoice.payment_made", nameof(InvoicePaid), "`created_at`", "if its `status` is `PAID`"),
        new("invoice.scheduled_charge_failed", nameof(SubscriptionPaymentFailed), "`created_at`", "if it bills a subscription"),
        new("subscription.created", nameof(SubscriptionStarted), "`created_at`"),
        new("subscription.updated", nameof(SubscriptionCancelled), "`created_at`", "if it has a `canceled_date`"),
        new("order.created", nameof(OrderPlaced), "`created_at`", "if its `state` is `OPEN`"),
        new("order.updated", nameof(OrderCancelled), "`created_at`", "if its `state` is `CANCELED`"),
        new("order.fulfillment.updated", nameof(OrderFulfilled), "`created_at`", "for each fulfillment whose `new_state` is `COMPLETED`"),
        new("customer.created", nameof(CustomerCreated), "`created_at`"),
        new("customer.updated", nameof(CustomerUpdated), "`created_at`"),
        new("customer.deleted", nameof(CustomerDeleted), "`created_at`"),
    ];

    public IEnumerable<string> Validate(Source source) => [.. SourceChecks.Secrets(source), .. SourceChecks.PublicUrl(source)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        // Without an address, a signature of the body alone would do.
        var url = request.Url.Length > 0 ? request.Url : source.PublicUrl;
        return string.IsNullOrEmpty(url) ? VerificationFailure.SignatureMismatch : Scheme.Verify(request, source, url);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type);
        var drafts = type is "order.fulfillment.updated" ? Fulfilled(json) : One(Draft(type, json));
        var subject = drafts.Count > 0 ? drafts[0].Subject : json.Name(DataId);
        return new Webhook(json.Name(EventId), type ?? Webhook.UnknownType, json.Time(CreatedAt), subject, drafts);
    }

    private static EventDraft? Draft(string? type, in JsonValues json) => type switch
    {
        "payment.created" or "payment.updated" => Payment(json),
        "refund.created" or "refund.updated" => Refunded(json),
        "dispute.created" => Disputed(json),
        "invoice.published" => Issued(json),
        "invoice.payment_made" => Paid(json),
        "invoice.scheduled_charge_failed" => ChargeFailed(json),
        "subscription.created" => Subscribed(json),
        "subscription.updated" => Unsubscribed(json),
        "order.created" => Placed(json),
        "order.updated" => Cancelled(json),
        "customer.created" or "customer.updated" or "customer.deleted" => Customer(type, json),
        _ => null,
    };

    private static EventDraft? Payment(in JsonValues json)
    {
        // What the customer pays is the total: the amount and what was tipped.
        var paid = json.WholeNumber(PaymentTotal) ?? json.WholeNumber(PaymentAmount);
        if (json.Name(PaymentId) is not { } id || PayloadMoney.From(paid, json.Text(PaymentCurrency)) is not { } amount)
        {
            return null;
        }

        var (order, customer, note) = (json.Text(PaymentOrder), json.Text(PaymentCustomer), json.Text(PaymentNote));
        switch (json.Text(PaymentStatus))
        {
            case "APPROVED":
                return EventDraft.Of(id, metadata => new PaymentAuthorized(metadata, id, amount, order, customer, note), key: id);
            case "COMPLETED":
                return EventDraft.Of(id, metadata => new PaymentCompleted(metadata, id, amount, order, customer, note), key: id);
            case "FAILED":
                var (code, detail) = (json.Text(PaymentErrorCode), json.Text(PaymentErrorDetail));
                return EventDraft.Of(id, metadata => new PaymentFailed(metadata, id, amount, code, detail, order, customer), key: id);
            default:
                return null;
        }
    }

    private static EventDraft? Refunded(in JsonValues json)
    {
        if (json.Text(RefundStatus) is not "COMPLETED" || json.Name(RefundId) is not { } id || json.Name(RefundedPayment) is not { } payment
            || PayloadMoney.From(json.WholeNumber(RefundAmount), json.Text(RefundCurrency)) is not { } amount)
        {
            return null;
        }

        var reason = json.Text(RefundReason);
        return EventDraft.Of(payment, metadata => new PaymentRefunded(metadata, payment, amount, id, reason), key: id);
    }

    private static EventDraft? Disputed(in JsonValues json)
    {
        if (json.Name(DisputedPayment) is not { } payment || PayloadMoney.From(json.WholeNumber(DisputeAmount), json.Text(DisputeCurrency)) is not { } amount)
        {
            return null;
        }

        var (id, reason) = (json.Text(DisputeId), json.Text(DisputeReason));
        return EventDraft.Of(payment, metadata => new PaymentDisputed(metadata, payment, amount, id, reason));
    }

    private static EventDraft? Issued(in JsonValues json)
    {
        if (json.Name(InvoiceId) is not { } id)
        {
            return null;
        }

        var (amount, number, customer, subscription, url) = Invoice(json);
        return EventDraft.Of(id, metadata => new InvoiceIssued(metadata, id, amount, number, customer, subscription, url));
    }

    private static EventDraft? Paid(in JsonValues json)
    {
        // Each part of a deposit or of instalments is told; the invoice is paid with the last.
        if (json.Name(InvoiceId) is not { } id || json.Text(InvoiceStatus) is not "PAID")
        {
            return null;
        }

        var (amount, number, customer, subscription, url) = Invoice(json);
        return EventDraft.Of(id, metadata => new InvoicePaid(metadata, id, amount, number, customer, subscription, url), key: id);
    }

    private static EventDraft? ChargeFailed(in JsonValues json)
    {
        if (json.Name(InvoiceSubscription) is not { } id)
        {
            return null;
        }

        var (amount, _, customer, _, _) = Invoice(json);
        return EventDraft.Of(id, metadata => new SubscriptionPaymentFailed(metadata, id, customer, Amount: amount));
    }

    private static (Money? Amount, string? Number, string? Customer, string? Subscription, string? Url) Invoice(in JsonValues json)
    {
        // With several payment requests, each has only a part of the total.
        var amount = json.Text(InvoiceInstallment) is null ? PayloadMoney.From(json.WholeNumber(InvoiceAmount), json.Text(InvoiceCurrency)) : null;
        return (amount, json.Text(InvoiceNumber), json.Text(InvoiceCustomer), json.Text(InvoiceSubscription), json.Text(InvoiceUrl));
    }

    private static EventDraft? Subscribed(in JsonValues json)
    {
        if (json.Name(SubscriptionId) is not { } id)
        {
            return null;
        }

        var (customer, plan, until) = (json.Text(SubscriptionCustomer), json.Text(SubscriptionPlan), json.Time(SubscriptionPaidUntil));
        return EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer, plan, PeriodEnd: until));
    }

    private static EventDraft? Unsubscribed(in JsonValues json)
    {
        if (json.Name(SubscriptionId) is not { } id || json.Name(CanceledDate) is not { } date)
        {
            return null;
        }

        var (customer, plan, ends) = (json.Text(SubscriptionCustomer), json.Text(SubscriptionPlan), json.Time(CanceledDate));
        return EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, plan, EndsAt: ends), key: $"{id}/{date}");
    }

    private static EventDraft? Placed(in JsonValues json) =>
        json.Name(CreatedOrder) is { } id && json.Text(CreatedOrderState) is "OPEN"
            ? EventDraft.Of(id, metadata => new OrderPlaced(metadata, id), key: id)
            : null;

    private static EventDraft? Cancelled(in JsonValues json) =>
        json.Name(UpdatedOrder) is { } id && json.Text(UpdatedOrderState) is "CANCELED"
            ? EventDraft.Of(id, metadata => new OrderCancelled(metadata, id), key: id)
            : null;

    private static List<EventDraft> Fulfilled(in JsonValues json)
    {
        var drafts = new List<EventDraft>();
        if (json.Name(FulfilledOrder) is not { } id)
        {
            return drafts;
        }

        foreach (var item in json.Items(Fulfillments))
        {
            var fulfillment = FulfillmentFields.Read(item);
            if (fulfillment.Text(FulfillmentState) is "COMPLETED" && fulfillment.Name(FulfillmentId) is { } fulfilled)
            {
                drafts.Add(EventDraft.Of(id, metadata => new OrderFulfilled(metadata, id), key: $"{id}/{fulfilled}"));
            }
        }

        return drafts;
    }

    private static EventDraft? Customer(string type, in JsonValues json)
    {
        if (json.Name(DataId) is not { } id)
        {
            return null;
        }

        var person = $"{json.Text(GivenName)} {json.Text(FamilyName)}".Trim();
        var (name, email) = (person.Length > 0 ? person : json.Text(CompanyName), json.Text(Email));
        return type switch
        {
            "customer.created" => EventDraft.Of(id, metadata => new CustomerCreated(metadata, id, name, email)),
            "customer.updated" => EventDraft.Of(id, metadata => new CustomerUpdated(metadata, id, name, email)),
            _ => EventDraft.Of(id, metadata => new CustomerDeleted(metadata, id, name, email)),
        };
    }

    private static IReadOnlyList<EventDraft> One(EventDraft? draft) => draft is null ? [] : [draft];
}
