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
/// Paddle Billing signs <c>{ts}:</c> and the raw body (HMAC-SHA256, hex) with the whole <c>pdl_ntfset_…</c> text as key: <c>Paddle-Signature: ts=1700000000;h1=…</c>, one <c>h1</c> per active secret. As in its own libraries only the age of five seconds counts, and before the signature does.
/// <c>event_id</c> is the same at every destination, <c>notification_id</c> is not. A transaction's money is told by <c>transaction.completed</c>; <c>transaction.paid</c> tells of it before and is not mapped.
/// See https://developer.paddle.com/webhooks/signature-verification and https://developer.paddle.com/webhooks/overview.
/// </summary>
public sealed class PaddleProvider : IWebhookProvider
{
    private static readonly TimedSignatureHeader Scheme = new("Paddle-Signature", "ts", "h1", ';', ':') { JudgesAgeFirst = true };

    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventId = Fields.Add("event_id");
    private static readonly JsonField Type = Fields.Add("event_type");
    private static readonly JsonField Time = Fields.Add("occurred_at");
    private static readonly JsonField Id = Fields.Add("data.id");
    private static readonly JsonField Origin = Fields.Add("data.origin");
    private static readonly JsonField Total = Fields.Add("data.details.totals.grand_total");
    private static readonly JsonField Currency = Fields.Add("data.currency_code");
    private static readonly JsonField CustomerId = Fields.Add("data.customer_id");
    private static readonly JsonField SubscriptionId = Fields.Add("data.subscription_id");
    private static readonly JsonField OrderId = Fields.Add("data.custom_data.order_id");
    private static readonly JsonField InvoiceNumber = Fields.Add("data.invoice_number");
    private static readonly JsonField PeriodEnd = Fields.Add("data.billing_period.ends_at");
    private static readonly JsonField AttemptAmount = Fields.Add("data.payments.0.amount");
    private static readonly JsonField AttemptError = Fields.Add("data.payments.0.error_code");
    private static readonly JsonField ItemName = Fields.Add("data.items.0.price.name");
    private static readonly JsonField ItemDescription = Fields.Add("data.items.0.price.description");
    private static readonly JsonField ItemPrice = Fields.Add("data.items.0.price.id");
    private static readonly JsonField CurrentPeriodEnd = Fields.Add("data.current_billing_period.ends_at");
    private static readonly JsonField CancelledAt = Fields.Add("data.canceled_at");
    private static readonly JsonField AdjustedTransaction = Fields.Add("data.transaction_id");
    private static readonly JsonField Action = Fields.Add("data.action");
    private static readonly JsonField Status = Fields.Add("data.status");
    private static readonly JsonField Reason = Fields.Add("data.reason");
    private static readonly JsonField AdjustedTotal = Fields.Add("data.totals.total");
    private static readonly JsonField CustomerName = Fields.Add("data.name");
    private static readonly JsonField Email = Fields.Add("data.email");

    public string Name => "paddle";

    /// <summary>60 retries in three days; a notification can be replayed for 90. https://developer.paddle.com/api-reference/notifications/replay-notification.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 3, Days: 90);

    public TimeSpan Tolerance => TimeSpan.FromSeconds(5);

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("transaction.completed", nameof(PaymentCompleted), "`occurred_at`", "if its total is above zero"),
        new("transaction.completed", nameof(SubscriptionRenewed), "`occurred_at`", "if its `origin` is `subscription_recurring`"),
        new("transaction.payment_failed", nameof(PaymentFailed), "`occurred_at`"),
        new("transaction.payment_failed", nameof(SubscriptionPaymentFailed), "`occurred_at`", "if its `origin` is `subscription_recurring`"),
        new("transaction.billed", nameof(InvoiceIssued), "`occurred_at`"),
        new("adjustment.created", nameof(PaymentRefunded), "`occurred_at`", "if its `action` is `refund` and its `status` is `approved`"),
        new("adjustment.updated", nameof(PaymentRefunded), "`occurred_at`", "if its `action` is `refund` and its `status` is `approved`"),
        new("adjustment.created", nameof(PaymentDisputed), "`occurred_at`", "if its `action` is `chargeback`"),
        new("subscription.created", nameof(SubscriptionStarted), "`occurred_at`"),
        new("subscription.canceled", nameof(SubscriptionCancelled), "`occurred_at`"),
        new("customer.created", nameof(CustomerCreated), "`occurred_at`"),
        new("customer.updated", nameof(CustomerUpdated), "`occurred_at`"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source, now);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type);
        var id = json.Name(Id);
        IReadOnlyList<EventDraft> drafts = id is null ? [] : type switch
        {
            "transaction.completed" => [.. One(Completed(id, json)), .. One(Renewed(json))],
            "transaction.payment_failed" => [.. One(Failed(id, json)), .. One(RenewalFailed(json))],
            "transaction.billed" => One(Billed(id, json)),
            "adjustment.created" => [.. One(Refunded(id, json)), .. One(Disputed(id, json))],
            "adjustment.updated" => One(Refunded(id, json)),
            "subscription.created" => One(Started(id, json)),
            "subscription.canceled" => One(Cancelled(id, json)),
            "customer.created" => One(Created(id, json)),
            "customer.updated" => One(Updated(id, json)),
            _ => [],
        };
        return new Webhook(json.Name(EventId), type ?? Webhook.UnknownType, json.Time(Time), drafts.Count > 0 ? drafts[0].Subject : id, drafts);
    }

    private static EventDraft? Completed(string id, in JsonValues json)
    {
        // The start of a trial is a transaction too, but no payment.
        if (PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency)) is not { MinorUnits: > 0 } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(OrderId), json.Text(CustomerId), json.Text(ItemDescription));
        return EventDraft.Of(id, metadata => new PaymentCompleted(metadata, id, amount, order, customer, description));
    }

    private static EventDraft? Renewed(in JsonValues json)
    {
        if (!IsRenewal(json) || json.Name(SubscriptionId) is not { } subscription)
        {
            return null;
        }

        var (customer, plan, until) = (json.Text(CustomerId), PlanOf(json), json.Time(PeriodEnd));
        var amount = PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency));
        return EventDraft.Of(subscription, metadata => new SubscriptionRenewed(metadata, subscription, customer, plan, amount, until));
    }

    private static EventDraft? Failed(string id, in JsonValues json)
    {
        // Attempts are listed newest first.
        if (PayloadMoney.From(json.WholeNumber(AttemptAmount) ?? json.WholeNumber(Total), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (code, order, customer) = (json.Text(AttemptError), json.Text(OrderId), json.Text(CustomerId));
        return EventDraft.Of(id, metadata => new PaymentFailed(metadata, id, amount, code, null, order, customer));
    }

    private static EventDraft? RenewalFailed(in JsonValues json)
    {
        if (!IsRenewal(json) || json.Name(SubscriptionId) is not { } subscription)
        {
            return null;
        }

        var (customer, plan, error) = (json.Text(CustomerId), PlanOf(json), json.Text(AttemptError));
        var amount = PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency));
        return EventDraft.Of(subscription, metadata => new SubscriptionPaymentFailed(metadata, subscription, customer, plan, amount, error));
    }

    private static EventDraft? Billed(string id, in JsonValues json)
    {
        var amount = PayloadMoney.From(json.WholeNumber(Total), json.Text(Currency));
        var (number, customer, subscription) = (json.Text(InvoiceNumber), json.Text(CustomerId), json.Text(SubscriptionId));
        return EventDraft.Of(id, metadata => new InvoiceIssued(metadata, id, amount, number, customer, subscription));
    }

    private static EventDraft? Refunded(string id, in JsonValues json)
    {
        if (json.Text(Action) is not "refund" || json.Text(Status) is not "approved" || json.Name(AdjustedTransaction) is not { } payment
            || PayloadMoney.From(json.WholeNumber(AdjustedTotal), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var reason = json.Text(Reason);
        return EventDraft.Of(payment, metadata => new PaymentRefunded(metadata, payment, amount, id, reason), key: id);
    }

    private static EventDraft? Disputed(string id, in JsonValues json)
    {
        if (json.Text(Action) is not "chargeback" || json.Name(AdjustedTransaction) is not { } payment
            || PayloadMoney.From(json.WholeNumber(AdjustedTotal), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var reason = json.Text(Reason);
        return EventDraft.Of(payment, metadata => new PaymentDisputed(metadata, payment, amount, id, reason));
    }

    private static EventDraft? Started(string id, in JsonValues json)
    {
        var (customer, plan, until) = (json.Text(CustomerId), PlanOf(json), json.Time(CurrentPeriodEnd));
        return EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer, plan, PeriodEnd: until));
    }

    private static EventDraft? Cancelled(string id, in JsonValues json)
    {
        var (customer, plan, ended) = (json.Text(CustomerId), PlanOf(json), json.Time(CancelledAt));
        return EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, plan, EndsAt: ended));
    }

    private static EventDraft? Created(string id, in JsonValues json)
    {
        var (name, email) = (json.Text(CustomerName), json.Text(Email));
        return EventDraft.Of(id, metadata => new CustomerCreated(metadata, id, name, email));
    }

    private static EventDraft? Updated(string id, in JsonValues json)
    {
        var (name, email) = (json.Text(CustomerName), json.Text(Email));
        return EventDraft.Of(id, metadata => new CustomerUpdated(metadata, id, name, email));
    }

    private static bool IsRenewal(in JsonValues json) => json.Text(Origin) is "subscription_recurring";

    private static string? PlanOf(in JsonValues json) => json.Text(ItemName) ?? json.Text(ItemDescription) ?? json.Text(ItemPrice);

    private static IReadOnlyList<EventDraft> One(EventDraft? draft) => draft is null ? [] : [draft];
}
