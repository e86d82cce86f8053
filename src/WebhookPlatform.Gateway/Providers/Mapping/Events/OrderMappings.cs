using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Orders;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Orders and customers.</summary>
internal static class OrderMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(OrderPlaced), ["OrderId"], ["Amount", "Currency", "Number", "CustomerId"], Placed),
        new(nameof(OrderFulfilled), ["OrderId"], ["Number", "TrackingNumber", "Carrier"], Fulfilled),
        new(nameof(OrderCancelled), ["OrderId"], ["Number", "Reason"], Cancelled),
        new(nameof(CustomerCreated), ["CustomerId"], ["Name", "Email"], Created),
        new(nameof(CustomerUpdated), ["CustomerId"], ["Name", "Email"], Updated),
        new(nameof(CustomerDeleted), ["CustomerId"], ["Name", "Email"], Deleted),
    ];

    private static EventDraft? Placed(in MappedFields fields)
    {
        if (fields.Name("OrderId") is not { } id)
        {
            return null;
        }

        var (amount, number, customer) = (fields.Money(), fields.Text("Number"), fields.Text("CustomerId"));
        return EventDraft.Of(id, metadata => new OrderPlaced(metadata, id, amount, number, customer));
    }

    private static EventDraft? Fulfilled(in MappedFields fields)
    {
        if (fields.Name("OrderId") is not { } id)
        {
            return null;
        }

        var (number, tracking, carrier) = (fields.Text("Number"), fields.Text("TrackingNumber"), fields.Text("Carrier"));
        return EventDraft.Of(id, metadata => new OrderFulfilled(metadata, id, number, tracking, carrier));
    }

    private static EventDraft? Cancelled(in MappedFields fields)
    {
        if (fields.Name("OrderId") is not { } id)
        {
            return null;
        }

        var (number, reason) = (fields.Text("Number"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new OrderCancelled(metadata, id, number, reason));
    }

    private static EventDraft? Created(in MappedFields fields)
    {
        if (fields.Name("CustomerId") is not { } id)
        {
            return null;
        }

        var (name, email) = (fields.Text("Name"), fields.Text("Email"));
        return EventDraft.Of(id, metadata => new CustomerCreated(metadata, id, name, email));
    }

    private static EventDraft? Updated(in MappedFields fields)
    {
        if (fields.Name("CustomerId") is not { } id)
        {
            return null;
        }

        var (name, email) = (fields.Text("Name"), fields.Text("Email"));
        return EventDraft.Of(id, metadata => new CustomerUpdated(metadata, id, name, email));
    }

    private static EventDraft? Deleted(in MappedFields fields)
    {
        if (fields.Name("CustomerId") is not { } id)
        {
            return null;
        }

        var (name, email) = (fields.Text("Name"), fields.Text("Email"));
        return EventDraft.Of(id, metadata => new CustomerDeleted(metadata, id, name, email));
    }
}
