using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Payments.</summary>
internal static class PaymentMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(PaymentAuthorized), ["PaymentId", "Amount", "Currency"], ["OrderId", "CustomerId", "Description"], Authorized),
        new(nameof(PaymentCompleted), ["PaymentId", "Amount", "Currency"], ["OrderId", "CustomerId", "Description"], Completed),
        new(nameof(PaymentFailed), ["PaymentId", "Amount", "Currency"], ["FailureCode", "FailureMessage", "OrderId", "CustomerId"], Failed),
        new(nameof(PaymentRefunded), ["PaymentId", "Amount", "Currency"], ["RefundId", "Reason"], Refunded),
        new(nameof(PaymentDisputed), ["PaymentId", "Amount", "Currency"], ["DisputeId", "Reason"], Disputed),
    ];

    private static EventDraft? Authorized(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || fields.Money() is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (fields.Text("OrderId"), fields.Text("CustomerId"), fields.Text("Description"));
        return EventDraft.Of(id, metadata => new PaymentAuthorized(metadata, id, amount, order, customer, description));
    }

    private static EventDraft? Completed(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || fields.Money() is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (fields.Text("OrderId"), fields.Text("CustomerId"), fields.Text("Description"));
        return EventDraft.Of(id, metadata => new PaymentCompleted(metadata, id, amount, order, customer, description));
    }

    private static EventDraft? Failed(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || fields.Money() is not { } amount)
        {
            return null;
        }

        var (code, message, order, customer) = (fields.Text("FailureCode"), fields.Text("FailureMessage"), fields.Text("OrderId"), fields.Text("CustomerId"));
        return EventDraft.Of(id, metadata => new PaymentFailed(metadata, id, amount, code, message, order, customer));
    }

    private static EventDraft? Refunded(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || fields.Money() is not { } amount)
        {
            return null;
        }

        var (refund, reason) = (fields.Text("RefundId"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new PaymentRefunded(metadata, id, amount, refund, reason));
    }

    private static EventDraft? Disputed(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || fields.Money() is not { } amount)
        {
            return null;
        }

        var (dispute, reason) = (fields.Text("DisputeId"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new PaymentDisputed(metadata, id, amount, dispute, reason));
    }
}
