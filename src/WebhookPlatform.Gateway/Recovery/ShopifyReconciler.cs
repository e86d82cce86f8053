using System.Text.RegularExpressions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>
/// Shopify keeps no list of webhooks. What has changed is listed instead (orders with their refunds and fulfillments, their transactions, customers; by <c>updated_at</c>), and of what happened in the time
/// asked about the webhook is made that should have come. Its body is the resource as it is now, as it is in webhooks that come late; its id is topic and resource (<see cref="Webhook.ResourceKey"/>),
/// under which real webhooks are remembered as well. Of what a resource has been through only what it still shows can be recovered: not that it was deleted or edited, and of updates and partial fulfillments the last one.
/// The REST Admin API is used since its resources are what webhooks carry.
/// See https://shopify.dev/docs/api/admin-rest/latest/resources/order, …/resources/transaction, …/resources/customer, https://shopify.dev/docs/api/admin-rest/usage/pagination
/// and https://shopify.dev/docs/apps/build/webhooks/best-practices ("Recover webhooks").
/// </summary>
public sealed partial class ShopifyReconciler : IReconciler
{
    private const string Orders = "orders";
    private const string Customers = "customers";
    private const string TransactionsTopic = "order_transactions/create";

    private static readonly string[] OrderTopics = ["orders/create", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled", "refunds/create", TransactionsTopic];
    private static readonly string[] CustomerTopics = ["customers/create", "customers/update"];

    private static readonly JsonFields PageFields = new();
    private static readonly JsonField OrderList = PageFields.Add(Orders);
    private static readonly JsonField CustomerList = PageFields.Add(Customers);
    private static readonly JsonField TransactionList = PageFields.Add("transactions");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField CreatedAt = Fields.Add("created_at");
    private static readonly JsonField UpdatedAt = Fields.Add("updated_at");
    private static readonly JsonField CancelledAt = Fields.Add("cancelled_at");
    private static readonly JsonField FulfillmentStatus = Fields.Add("fulfillment_status");
    private static readonly JsonField Fulfillments = Fields.Add("fulfillments");
    private static readonly JsonField Refunds = Fields.Add("refunds");

    private static readonly ShopifyProvider Reader = new();

    public string Provider => Reader.Name;

    // As far back as orders are shown without the scope read_all_orders.
    public TimeSpan Reach => TimeSpan.FromDays(60);

    public string KeyAdvice => "an Admin API access token (shpat_…) with the scopes read_orders and, for customers/…, read_customers.";

    public Uri Home(RecoverySettings settings) => new($"https://{settings.Shop}");

    public IReadOnlyList<KeyValuePair<string, string>> Headers(RecoverySettings settings, DateTimeOffset now) => [new("X-Shopify-Access-Token", settings.ApiKey.Text), new("Accept", "application/json")];

    public IEnumerable<string> Validate(RecoverySettings settings, bool hasEventTypes)
    {
        if (settings.Shop is not { } shop || !ShopForm().IsMatch(shop))
        {
            yield return "Shop must be the shop's own address, e.g. acme.myshopify.com.";
        }

        if (!VersionForm().IsMatch(settings.ApiVersion))
        {
            yield return "ApiVersion must be a version of the Admin API, e.g. 2026-10.";
        }

        var known = string.Join(", ", OrderTopics.Concat(CustomerTopics));
        if (settings.EventTypes.Count == 0)
        {
            yield return hasEventTypes ? $"EventTypes must name topics; * is not possible, since only these can be recovered: {known}." : $"EventTypes is missing: those of the topics you subscribed to that can be recovered: {known}.";
        }

        foreach (var type in settings.EventTypes.Where(type => !OrderTopics.Contains(type, StringComparer.Ordinal) && !CustomerTopics.Contains(type, StringComparer.Ordinal)))
        {
            yield return $"EventTypes: '{type}' cannot be recovered, since a resource does not show that it happened; only {known} can.";
        }
    }

    public async Task<EventPage> ListAsync(Listing listing, CancellationToken cancellationToken)
    {
        // The cursor is the name of a list and, within it, the address of the page.
        var lists = ListsOf(listing.Settings);
        var place = listing.Cursor?.Split(' ', 2) ?? [lists[0]];
        var list = place[0];
        var page = await listing.Api.GetAsync(place.Length == 2 ? listing.Api.Given(place[1]) : listing.Api.At(PathOf(list, listing)), cancellationToken);
        var events = new List<ListedEvent>();
        var (unusable, orders) = list is Orders ? ReadOrders(page.Body, listing, events) : ReadCustomers(page.Body, listing, events);
        if (listing.Settings.Wants(TransactionsTopic))
        {
            foreach (var order in orders)
            {
                var transactions = await listing.Api.GetAsync(listing.Api.At($"{Root(listing.Settings)}/orders/{Uri.EscapeDataString(order)}/transactions.json"), cancellationToken);
                unusable += ReadTransactions(transactions.Body, listing, events);
            }
        }

        var next = page.Next is { } link ? $"{list} {link.AbsoluteUri}" : lists.SkipWhile(one => !string.Equals(one, list, StringComparison.Ordinal)).Skip(1).FirstOrDefault();
        return next is not null && string.Equals(next, listing.Cursor, StringComparison.Ordinal)
            ? throw listing.Api.Strange("the same page again")
            : new EventPage(events, next, unusable);
    }

    private static List<string> ListsOf(RecoverySettings settings)
    {
        List<string> lists = [];
        if (OrderTopics.Any(settings.Wants))
        {
            lists.Add(Orders);
        }

        if (CustomerTopics.Any(settings.Wants))
        {
            lists.Add(Customers);
        }

        return lists;
    }

    private static string Root(RecoverySettings settings) => $"/admin/api/{settings.ApiVersion}";

    // Nothing is left out at the end of the time: what happened in it may have been changed since. Where each order is asked about once more, pages are short enough for one turn.
    private static string PathOf(string list, Listing listing)
    {
        var since = listing.Since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        var limit = list is Orders && listing.Settings.Wants(TransactionsTopic) ? "50" : "250";
        return $"{Root(listing.Settings)}/{list}.json?limit={limit}&updated_at_min={Uri.EscapeDataString(since)}{(list is Orders ? "&status=any" : "")}";
    }

    private static (int Unusable, IReadOnlyList<string> Orders) ReadOrders(ReadOnlyMemory<byte> body, Listing listing, List<ListedEvent> events)
    {
        var (unusable, ids) = (0, new List<string>());
        foreach (var item in ItemsOf(body, OrderList, listing, Orders))
        {
            var order = Fields.Read(item);
            if (order.Name(Id) is not { } id)
            {
                unusable++;
                continue;
            }

            ids.Add(id);
            var bytes = body.Slice(body.Span, item);
            unusable += Add(events, listing, "orders/create", order.Time(CreatedAt), bytes);
            unusable += Add(events, listing, "orders/cancelled", order.Time(CancelledAt), bytes);
            unusable += order.Text(FulfillmentStatus) switch
            {
                "fulfilled" => Add(events, listing, "orders/fulfilled", LastTime(order), bytes),
                "partial" => Add(events, listing, "orders/partially_fulfilled", LastTime(order), bytes),
                _ => 0,
            };
            foreach (var refund in order.Items(Refunds))
            {
                unusable += Add(events, listing, "refunds/create", Fields.Read(refund).Time(CreatedAt), body.Slice(body.Span, refund));
            }
        }

        return (unusable, ids);
    }

    private static (int Unusable, IReadOnlyList<string> Orders) ReadCustomers(ReadOnlyMemory<byte> body, Listing listing, List<ListedEvent> events)
    {
        var unusable = 0;
        foreach (var item in ItemsOf(body, CustomerList, listing, Customers))
        {
            var customer = Fields.Read(item);
            var bytes = body.Slice(body.Span, item);
            unusable += Add(events, listing, "customers/create", customer.Time(CreatedAt), bytes);

            // A customer that was only made has the time of that.
            unusable += customer.Time(UpdatedAt) > customer.Time(CreatedAt) ? Add(events, listing, "customers/update", customer.Time(UpdatedAt), bytes) : 0;
        }

        return (unusable, []);
    }

    private static int ReadTransactions(ReadOnlyMemory<byte> body, Listing listing, List<ListedEvent> events)
    {
        var unusable = 0;
        foreach (var item in ItemsOf(body, TransactionList, listing, "transactions"))
        {
            unusable += Add(events, listing, TransactionsTopic, Fields.Read(item).Time(CreatedAt), body.Slice(body.Span, item));
        }

        return unusable;
    }

    private static JsonItems ItemsOf(ReadOnlyMemory<byte> body, JsonField field, Listing listing, string what)
    {
        var json = PageFields.Read(body.Span);
        return json.IsReadable && json.Raw(field) is [(byte)'[', ..] ? json.Items(field) : throw listing.Api.Strange($"something that is no list of {what}");
    }

    private static DateTimeOffset? LastTime(in JsonValues order)
    {
        DateTimeOffset? last = null;
        foreach (var item in order.Items(Fulfillments))
        {
            last = Fields.Read(item).Time(CreatedAt);
        }

        return last;
    }

    /// <summary>Makes the webhook of something that happened.</summary>
    /// <returns>1 when it cannot be named, so that it cannot be told from one that has come; else 0.</returns>
    private static int Add(List<ListedEvent> events, Listing listing, string topic, DateTimeOffset? at, ReadOnlyMemory<byte> body)
    {
        if (!listing.Settings.Wants(topic) || !listing.Covers(at))
        {
            return 0;
        }

        var headers = new HeaderDictionary
        {
            ["Content-Type"] = "application/json",
            ["X-Shopify-Topic"] = topic,
            ["X-Shopify-Triggered-At"] = at!.Value.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["X-Shopify-Shop-Domain"] = listing.Settings.Shop,
        };
        var request = new RawRequest(HttpMethods.Post, "", headers, body);
        if (Reader.Read(request, listing.Source).ResourceKey is not { } key)
        {
            return 1;
        }

        headers["X-Shopify-Webhook-Id"] = key;
        events.Add(ListedEvent.Of(key, at.Value, request));
        return 0;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,98}\\.myshopify\\.com$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex ShopForm();

    [GeneratedRegex("^20[0-9]{2}-(?:01|04|07|10)$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex VersionForm();
}
