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
/// Chargebee does not sign: it proves itself by the user and password that its webhook settings ask for, <c>Authorization: Basic …</c>; a secret is <c>user:password</c>. The body is not covered.
/// Amounts are in the currency's minor unit. A payment's transaction tells the money; the invoice is paid when it says so itself.
/// See https://www.chargebee.com/docs/events_and_webhooks.html and https://apidocs.chargebee.com/docs/api/events.
/// </summary>
public sealed class ChargebeeProvider : IWebhookProvider
{
    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventId = Fields.Add("id");
    private static readonly JsonField Type = Fields.Add("event_type");
    private static readonly JsonField Time = Fields.Add("occurred_at");
    private static readonly JsonField TransactionId = Fields.Add("content.transaction.id");
    private static readonly JsonField TransactionAmount = Fields.Add("content.transaction.amount");
    private static readonly JsonField TransactionCurrency = Fields.Add("content.transaction.currency_code");
    private static readonly JsonField TransactionCustomer = Fields.Add("content.transaction.customer_id");
    private static readonly JsonField TransactionSubscription = Fields.Add("content.transaction.subscription_id");
    private static readonly JsonField RefundedTransaction = Fields.Add("content.transaction.refunded_txn_id");
    private static readonly JsonField LinkedPayment = Fields.Add("content.transaction.linked_payments.0.id");
    private static readonly JsonField ErrorCode = Fields.Add("content.transaction.error_code");
    private static readonly JsonField ErrorText = Fields.Add("content.transaction.error_text");
    private static readonly JsonField CreditNoteReason = Fields.Add("content.credit_note.reason_code");
    private static readonly JsonField InvoiceId = Fields.Add("content.invoice.id");
    private static readonly JsonField InvoiceStatus = Fields.Add("content.invoice.status");
    private static readonly JsonField InvoiceTotal = Fields.Add("content.invoice.total");
    private static readonly JsonField InvoiceCurrency = Fields.Add("content.invoice.currency_code");
    private static readonly JsonField InvoiceCustomer = Fields.Add("content.invoice.customer_id");
    private static readonly JsonField InvoiceSubscription = Fields.Add("content.invoice.subscription_id");
    private static readonly JsonField SubscriptionId = Fields.Add("content.subscription.id");
    private static readonly JsonField SubscriptionStatus = Fields.Add("content.subscription.status");
    private static readonly JsonField SubscriptionCustomer = Fields.Add("content.subscription.customer_id");
    private static readonly JsonField Plan = Fields.Add("content.subscription.plan_id");
    private static readonly JsonField ItemPrice = Fields.Add("content.subscription.subscription_items.0.item_price_id");
    private static readonly JsonField TermEnd = Fields.Add("content.subscription.current_term_end");
    private static readonly JsonField CancelledAt = Fields.Add("content.subscription.cancelled_at");
    private static readonly JsonField CancelReason = Fields.Add("content.subscription.cancel_reason");
    private static readonly JsonField CancelReasonCode = Fields.Add("content.subscription.cancel_reason_code");
    private static readonly JsonField CustomerId = Fields.Add("content.customer.id");
    private static readonly JsonField FirstName = Fields.Add("content.customer.first_name");
    private static readonly JsonField LastName = Fields.Add("content.customer.last_name");
    private static readonly JsonField Company = Fields.Add("content.customer.company");
    private static readonly JsonField Email = Fields.Add("content.customer.email");

    public string Name => "chargebee";

    /// <summary>The last retry comes after three days and seven hours; a resend by hand later. https://apidocs.chargebee.com/docs/api/events.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 4, Days: 30);

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment_succeeded", nameof(PaymentCompleted), "`occurred_at`"),
        new("payment_succeeded", nameof(InvoicePaid), "`occurred_at`", "if the invoice's `status` is `paid`"),
        new("payment_failed", nameof(PaymentFailed), "`occurred_at`"),
        new("payment_failed", nameof(SubscriptionPaymentFailed), "`occurred_at`", "if it is for a subscription"),
        new("payment_refunded", nameof(PaymentRefunded), "`occurred_at`"),
        new("authorization_succeeded", nameof(PaymentAuthorized), "`occurred_at`"),
        new("invoice_generated", nameof(InvoiceIssued), "`occurred_at`"),
        new("subscription_created", nameof(SubscriptionStarted), "`occurred_at`", "unless its `status` is `future`"),
        new("subscription_started", nameof(SubscriptionStarted), "`occurred_at`", "one that was created for the future"),
        new("subscription_renewed", nameof(SubscriptionRenewed), "`occurred_at`"),
        new("subscription_cancelled", nameof(SubscriptionCancelled), "`occurred_at`"),
        new("customer_created", nameof(CustomerCreated), "`occurred_at`"),
        new("customer_changed", nameof(CustomerUpdated), "`occurred_at`"),
        new("customer_deleted", nameof(CustomerDeleted), "`occurred_at`"),
    ];

    public IEnumerable<string> Validate(Source source) => [.. SourceChecks.Secrets(source), .. BasicCredentials.Check(source)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => BasicCredentials.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type);
        IReadOnlyList<EventDraft> drafts = type switch
        {
            "payment_succeeded" => [.. One(Completed(json)), .. One(Paid(json))],
            "payment_failed" => [.. One(Failed(json)), .. One(RenewalFailed(json))],
            "payment_refunded" => One(Refunded(json)),
            "authorization_succeeded" => One(Authorized(json)),
            "invoice_generated" => One(Issued(json)),
            "subscription_created" when json.Text(SubscriptionStatus) is "future" => [],
            "subscription_created" or "subscription_started" or "subscription_renewed" or "subscription_cancelled" => One(Subscription(type, json)),
            "customer_created" or "customer_changed" or "customer_deleted" => One(Customer(type, json)),
            _ => [],
        };
        var subject = drafts.Count > 0 ? drafts[0].Subject : json.Name(TransactionId) ?? json.Name(InvoiceId) ?? json.Name(SubscriptionId) ?? json.Name(CustomerId);
        return new Webhook(json.Name(EventId), type ?? Webhook.UnknownType, json.Time(Time), subject, drafts);
    }

    private static EventDraft? Completed(in JsonValues json)
    {
        if (json.Name(TransactionId) is not { } id || TransactionMoney(json) is not { } amount)
        {
            return null;
        }

        var (invoice, customer) = (json.Text(InvoiceId), json.Text(TransactionCustomer));
        return EventDraft.Of(id, metadata => new PaymentCompleted(metadata, id, amount, invoice, customer));
    }

    private static EventDraft? Paid(in JsonValues json)
    {
        if (json.Text(InvoiceStatus) is not "paid" || json.Name(InvoiceId) is not { } id)
        {
            return null;
        }

        var (amount, customer, subscription) = (InvoiceMoney(json), json.Text(InvoiceCustomer), json.Text(InvoiceSubscription));
        return EventDraft.Of(id, metadata => new InvoicePaid(metadata, id, amount, id, customer, subscription));
    }

    private static EventDraft? Failed(in JsonValues json)
    {
        if (json.Name(TransactionId) is not { } id || TransactionMoney(json) is not { } amount)
        {
            return null;
        }

        var (code, text, invoice, customer) = (json.Text(ErrorCode), json.Text(ErrorText), json.Text(InvoiceId), json.Text(TransactionCustomer));
        return EventDraft.Of(id, metadata => new PaymentFailed(metadata, id, amount, code, text, invoice, customer));
    }

    private static EventDraft? RenewalFailed(in JsonValues json)
    {
        if ((json.Name(TransactionSubscription) ?? json.Name(SubscriptionId)) is not { } id)
        {
            return null;
        }

        var (amount, customer, plan, text) = (TransactionMoney(json), json.Text(TransactionCustomer), PlanOf(json), json.Text(ErrorText));
        return EventDraft.Of(id, metadata => new SubscriptionPaymentFailed(metadata, id, customer, plan, amount, text));
    }

    private static EventDraft? Refunded(in JsonValues json)
    {
        if ((json.Name(RefundedTransaction) ?? json.Name(LinkedPayment)) is not { } payment || TransactionMoney(json) is not { } amount)
        {
            return null;
        }

        var (id, reason) = (json.Text(TransactionId), json.Text(CreditNoteReason));
        return EventDraft.Of(payment, metadata => new PaymentRefunded(metadata, payment, amount, id, reason));
    }

    private static EventDraft? Authorized(in JsonValues json)
    {
        if (json.Name(TransactionId) is not { } id || TransactionMoney(json) is not { } amount)
        {
            return null;
        }

        var customer = json.Text(TransactionCustomer);
        return EventDraft.Of(id, metadata => new PaymentAuthorized(metadata, id, amount, null, customer));
    }

    private static EventDraft? Issued(in JsonValues json)
    {
        if (json.Name(InvoiceId) is not { } id)
        {
            return null;
        }

        // An invoice's id is the number printed on it.
        var (amount, customer, subscription) = (InvoiceMoney(json), json.Text(InvoiceCustomer), json.Text(InvoiceSubscription));
        return EventDraft.Of(id, metadata => new InvoiceIssued(metadata, id, amount, id, customer, subscription));
    }

    private static EventDraft? Subscription(string type, in JsonValues json)
    {
        if (json.Name(SubscriptionId) is not { } id)
        {
            return null;
        }

        var (customer, plan, until) = (json.Text(SubscriptionCustomer) ?? json.Text(CustomerId), PlanOf(json), json.Time(TermEnd));
        switch (type)
        {
            case "subscription_created" or "subscription_started":
                return EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer, plan, PeriodEnd: until));
            case "subscription_renewed":
                var amount = InvoiceMoney(json);
                return EventDraft.Of(id, metadata => new SubscriptionRenewed(metadata, id, customer, plan, amount, until));
            default:
                var (reason, ended) = (json.Text(CancelReasonCode) ?? json.Text(CancelReason), json.Time(CancelledAt));
                return EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, plan, reason, ended));
        }
    }

    private static EventDraft? Customer(string type, in JsonValues json)
    {
        if (json.Name(CustomerId) is not { } id)
        {
            return null;
        }

        var person = $"{json.Text(FirstName)} {json.Text(LastName)}".Trim();
        var (name, email) = (person.Length > 0 ? person : json.Text(Company), json.Text(Email));
        return type switch
        {
            "customer_created" => EventDraft.Of(id, metadata => new CustomerCreated(metadata, id, name, email)),
            "customer_changed" => EventDraft.Of(id, metadata => new CustomerUpdated(metadata, id, name, email)),
            _ => EventDraft.Of(id, metadata => new CustomerDeleted(metadata, id, name, email)),
        };
    }

    private static Money? TransactionMoney(in JsonValues json) => PayloadMoney.From(json.WholeNumber(TransactionAmount), json.Text(TransactionCurrency));

    private static Money? InvoiceMoney(in JsonValues json) => PayloadMoney.From(json.WholeNumber(InvoiceTotal), json.Text(InvoiceCurrency));

    // Sites with the older catalogue have plans, the others items with prices.
    private static string? PlanOf(in JsonValues json) => json.Text(Plan) ?? json.Text(ItemPrice);

    private static IReadOnlyList<EventDraft> One(EventDraft? draft) => draft is null ? [] : [draft];
}
