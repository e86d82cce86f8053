using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Invoices;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// The less frequent of Stripe's events: holds, disputes, subscriptions, invoices, customers. Their many places are looked for apart, so that a payment is read without them.
/// Where an invoice names its subscription, and a subscription its period, depends on the API version.
/// </summary>
internal static class StripeBilling
{
    private static readonly JsonFields Fields = new();
    private static readonly JsonField Kind = Fields.Add("object");
    private static readonly JsonField Id = Fields.Add("data.object.id");
    private static readonly JsonField Amount = Fields.Add("data.object.amount");
    private static readonly JsonField AmountCapturable = Fields.Add("data.object.amount_capturable");
    private static readonly JsonField Currency = Fields.Add("data.object.currency");
    private static readonly JsonField CustomerId = Fields.Add("data.object.customer");
    private static readonly JsonField Description = Fields.Add("data.object.description");
    private static readonly JsonField OrderId = Fields.Add("data.object.metadata.order_id");
    private static readonly JsonField PaymentIntent = Fields.Add("data.object.payment_intent");
    private static readonly JsonField Charge = Fields.Add("data.object.charge");
    private static readonly JsonField Reason = Fields.Add("data.object.reason");
    private static readonly JsonField Status = Fields.Add("data.object.status");
    private static readonly JsonField StatusBefore = Fields.Add("data.previous_attributes.status");
    private static readonly JsonField PriceId = Fields.Add("data.object.items.data.0.price.id");
    private static readonly JsonField PriceNickname = Fields.Add("data.object.items.data.0.price.nickname");
    private static readonly JsonField ItemPeriodEnd = Fields.Add("data.object.items.data.0.current_period_end");
    private static readonly JsonField PeriodEnd = Fields.Add("data.object.current_period_end");
    private static readonly JsonField EndedAt = Fields.Add("data.object.ended_at");
    private static readonly JsonField CancelReason = Fields.Add("data.object.cancellation_details.reason");
    private static readonly JsonField InvoiceSubscription = Fields.Add("data.object.parent.subscription_details.subscription");
    private static readonly JsonField OlderInvoiceSubscription = Fields.Add("data.object.subscription");
    private static readonly JsonField BillingReason = Fields.Add("data.object.billing_reason");
    private static readonly JsonField AmountDue = Fields.Add("data.object.amount_due");
    private static readonly JsonField AmountPaid = Fields.Add("data.object.amount_paid");
    private static readonly JsonField Number = Fields.Add("data.object.number");
    private static readonly JsonField Url = Fields.Add("data.object.hosted_invoice_url");
    private static readonly JsonField LinePeriodEnd = Fields.Add("data.object.lines.data.0.period.end");
    private static readonly JsonField LineDescription = Fields.Add("data.object.lines.data.0.description");
    private static readonly JsonField SecondLine = Fields.Add("data.object.lines.data.1.id");
    private static readonly JsonField Name = Fields.Add("data.object.name");
    private static readonly JsonField Email = Fields.Add("data.object.email");

    public static IReadOnlyList<EventDraft> Read(string? type, ReadOnlySpan<byte> body)
    {
        if (!IsMapped(type))
        {
            return [];
        }

        var json = Fields.Read(body);
        return json.Text(Kind) is "v2.core.event" || json.Name(Id) is not { } id ? [] : type switch
        {
            "payment_intent.amount_capturable_updated" => One(Authorized(id, json)),
            "charge.dispute.created" => One(Disputed(id, json)),
            "customer.subscription.created" => One(IsRunning(json) ? Started(id, json) : null),
            "customer.subscription.updated" => One(IsRunning(json) && json.Text(StatusBefore) is "incomplete" ? Started(id, json) : null),
            "customer.subscription.deleted" => One(Cancelled(id, json)),
            "invoice.finalized" => One(Issued(id, json)),
            "invoice.paid" => [Paid(id, json), .. One(Renewed(json))],
            "invoice.payment_failed" => One(RenewalFailed(json)),
            _ => [Customer(type, id, json)],
        };
    }

    private static bool IsMapped(string? type) => type
        is "payment_intent.amount_capturable_updated" or "charge.dispute.created"
        or "customer.subscription.created" or "customer.subscription.updated" or "customer.subscription.deleted"
        or "invoice.finalized" or "invoice.paid" or "invoice.payment_failed"
        or "customer.created" or "customer.updated" or "customer.deleted";

    private static EventDraft? Authorized(string id, in JsonValues json)
    {
        if (PayloadMoney.From(json.WholeNumber(AmountCapturable), json.Text(Currency)) is not { MinorUnits: > 0 } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(OrderId), json.Text(CustomerId), json.Text(Description));
        return EventDraft.Of(id, metadata => new PaymentAuthorized(metadata, id, amount, order, customer, description));
    }

    private static EventDraft? Disputed(string id, in JsonValues json)
    {
        var payment = json.Name(PaymentIntent) ?? json.Name(Charge);
        if (payment is null || PayloadMoney.From(json.WholeNumber(Amount), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var reason = json.Text(Reason);
        return EventDraft.Of(payment, metadata => new PaymentDisputed(metadata, payment, amount, id, reason));
    }

    // One whose first payment is still to come, or failed, has not started.
    private static bool IsRunning(in JsonValues json) => json.Text(Status) is "active" or "trialing";

    private static EventDraft Started(string id, in JsonValues json)
    {
        var (customer, plan, until) = (json.Text(CustomerId), PlanOf(json), json.Time(ItemPeriodEnd) ?? json.Time(PeriodEnd));
        return EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer, plan, PeriodEnd: until), key: id);
    }

    private static EventDraft Cancelled(string id, in JsonValues json)
    {
        var (customer, plan, reason, ended) = (json.Text(CustomerId), PlanOf(json), json.Text(CancelReason), json.Time(EndedAt));
        return EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, plan, reason, ended));
    }

    private static EventDraft Issued(string id, in JsonValues json)
    {
        var amount = PayloadMoney.From(json.WholeNumber(AmountDue), json.Text(Currency));
        var (number, customer, subscription, url) = (json.Text(Number), json.Text(CustomerId), SubscriptionOf(json), json.Text(Url));
        return EventDraft.Of(id, metadata => new InvoiceIssued(metadata, id, amount, number, customer, subscription, url));
    }

    private static EventDraft Paid(string id, in JsonValues json)
    {
        var amount = PayloadMoney.From(json.WholeNumber(AmountPaid), json.Text(Currency));
        var (number, customer, subscription, url) = (json.Text(Number), json.Text(CustomerId), SubscriptionOf(json), json.Text(Url));
        return EventDraft.Of(id, metadata => new InvoicePaid(metadata, id, amount, number, customer, subscription, url));
    }

    private static EventDraft? Renewed(in JsonValues json)
    {
        if (json.Text(BillingReason) is not "subscription_cycle" || SubscriptionOf(json) is not { } subscription)
        {
            return null;
        }

        // With several lines, the first may be about what was changed in the period before.
        var hasOneLine = json.Text(SecondLine) is null;
        var (customer, plan, until) = (json.Text(CustomerId), hasOneLine ? json.Text(LineDescription) : null, hasOneLine ? json.Time(LinePeriodEnd) : null);
        var amount = PayloadMoney.From(json.WholeNumber(AmountPaid), json.Text(Currency));
        return EventDraft.Of(subscription, metadata => new SubscriptionRenewed(metadata, subscription, customer, plan, amount, until));
    }

    private static EventDraft? RenewalFailed(in JsonValues json)
    {
        if (SubscriptionOf(json) is not { } subscription)
        {
            return null;
        }

        var (customer, plan) = (json.Text(CustomerId), json.Text(SecondLine) is null ? json.Text(LineDescription) : null);
        var amount = PayloadMoney.From(json.WholeNumber(AmountDue), json.Text(Currency));
        return EventDraft.Of(subscription, metadata => new SubscriptionPaymentFailed(metadata, subscription, customer, plan, amount));
    }

    private static EventDraft Customer(string? type, string id, in JsonValues json)
    {
        var (name, email) = (json.Text(Name), json.Text(Email));
        return type switch
        {
            "customer.created" => EventDraft.Of(id, metadata => new CustomerCreated(metadata, id, name, email)),
            "customer.updated" => EventDraft.Of(id, metadata => new CustomerUpdated(metadata, id, name, email)),
            _ => EventDraft.Of(id, metadata => new CustomerDeleted(metadata, id, name, email)),
        };
    }

    private static string? SubscriptionOf(in JsonValues json) => json.Name(InvoiceSubscription) ?? json.Name(OlderInvoiceSubscription);

    private static string? PlanOf(in JsonValues json) => json.Text(PriceNickname) ?? json.Text(PriceId);

    private static IReadOnlyList<EventDraft> One(EventDraft? draft) => draft is null ? [] : [draft];
}
