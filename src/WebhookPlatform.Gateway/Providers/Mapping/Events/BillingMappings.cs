using WebhookPlatform.Contracts.Invoices;
using WebhookPlatform.Contracts.Subscriptions;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Subscriptions and invoices.</summary>
internal static class BillingMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(SubscriptionStarted), ["SubscriptionId"], ["CustomerId", "Plan", "Amount", "Currency", "PeriodEnd"], Started),
        new(nameof(SubscriptionRenewed), ["SubscriptionId"], ["CustomerId", "Plan", "Amount", "Currency", "PeriodEnd"], Renewed),
        new(nameof(SubscriptionCancelled), ["SubscriptionId"], ["CustomerId", "Plan", "Reason", "EndsAt"], Cancelled),
        new(nameof(SubscriptionPaymentFailed), ["SubscriptionId"], ["CustomerId", "Plan", "Amount", "Currency", "FailureMessage"], PaymentFailed),
        new(nameof(InvoiceIssued), ["InvoiceId"], ["Amount", "Currency", "Number", "CustomerId", "SubscriptionId", "Url"], Issued),
        new(nameof(InvoicePaid), ["InvoiceId"], ["Amount", "Currency", "Number", "CustomerId", "SubscriptionId", "Url"], Paid),
    ];

    private static EventDraft? Started(in MappedFields fields)
    {
        if (fields.Name("SubscriptionId") is not { } id)
        {
            return null;
        }

        var (customer, plan, amount, end) = (fields.Text("CustomerId"), fields.Text("Plan"), fields.Money(), fields.Time("PeriodEnd"));
        return EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer, plan, amount, end));
    }

    private static EventDraft? Renewed(in MappedFields fields)
    {
        if (fields.Name("SubscriptionId") is not { } id)
        {
            return null;
        }

        var (customer, plan, amount, end) = (fields.Text("CustomerId"), fields.Text("Plan"), fields.Money(), fields.Time("PeriodEnd"));
        return EventDraft.Of(id, metadata => new SubscriptionRenewed(metadata, id, customer, plan, amount, end));
    }

    private static EventDraft? Cancelled(in MappedFields fields)
    {
        if (fields.Name("SubscriptionId") is not { } id)
        {
            return null;
        }

        var (customer, plan, reason, end) = (fields.Text("CustomerId"), fields.Text("Plan"), fields.Text("Reason"), fields.Time("EndsAt"));
        return EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, plan, reason, end));
    }

    private static EventDraft? PaymentFailed(in MappedFields fields)
    {
        if (fields.Name("SubscriptionId") is not { } id)
        {
            return null;
        }

        var (customer, plan, amount, message) = (fields.Text("CustomerId"), fields.Text("Plan"), fields.Money(), fields.Text("FailureMessage"));
        return EventDraft.Of(id, metadata => new SubscriptionPaymentFailed(metadata, id, customer, plan, amount, message));
    }

    private static EventDraft? Issued(in MappedFields fields)
    {
        if (fields.Name("InvoiceId") is not { } id)
        {
            return null;
        }

        var (amount, number, customer) = (fields.Money(), fields.Text("Number"), fields.Text("CustomerId"));
        var (subscription, url) = (fields.Text("SubscriptionId"), fields.Text("Url"));
        return EventDraft.Of(id, metadata => new InvoiceIssued(metadata, id, amount, number, customer, subscription, url));
    }

    private static EventDraft? Paid(in MappedFields fields)
    {
        if (fields.Name("InvoiceId") is not { } id)
        {
            return null;
        }

        var (amount, number, customer) = (fields.Money(), fields.Text("Number"), fields.Text("CustomerId"));
        var (subscription, url) = (fields.Text("SubscriptionId"), fields.Text("Url"));
        return EventDraft.Of(id, metadata => new InvoicePaid(metadata, id, amount, number, customer, subscription, url));
    }
}
