using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>Shopify's orders, their transactions and customers as they are after all that happened: by the time of the last change, in pages whose address may not be altered, and not too many requests at once.</summary>
internal sealed class ShopifyApi : ProviderApi
{
    public static readonly string[] Topics = ["orders/create", "orders/cancelled", "orders/fulfilled", "order_transactions/create", "refunds/create", "customers/create", "customers/update"];

    private const string Root = "/admin/api/2026-10";
    private const int PageSize = 20;

    private readonly Dictionary<string, JsonObject> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonObject> _customers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonNode>> _transactions = new(StringComparer.Ordinal);
    private int _requests;

    public override object Settings(string? every = null) => new { apiKey = Key, url = Address, grace = "00:00:00", every, shop = "acme-labs.myshopify.com", eventTypes = Topics };

    /// <summary>Changes what the webhook tells of.</summary>
    public void Add(SignedRequest webhook)
    {
        var body = JsonNode.Parse(webhook.Body)!.AsObject();
        lock (_orders)
        {
            switch (webhook.EventType.Split('/')[0])
            {
                case "orders":
                    _orders[Id(body, "id")] = body;
                    body["refunds"] = new JsonArray();
                    break;
                case "customers":
                    _customers[Id(body, "id")] = body;
                    break;
                case "order_transactions":
                    Order(body);
                    var list = _transactions.TryGetValue(Id(body, "order_id"), out var known) ? known : _transactions[Id(body, "order_id")] = [];
                    list.Add(body);
                    break;
                default:
                    Order(body)["refunds"]!.AsArray().Add(body);
                    break;
            }
        }
    }

    protected override bool IsAuthorized(IHeaderDictionary headers) => headers["X-Shopify-Access-Token"] == Key;

    protected override (int Status, string Body) Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (Interlocked.Increment(ref _requests) % 40 == 0)
        {
            context.Response.Headers.RetryAfter = "1.0";
            return (429, """{"errors":"Exceeded 2 calls per second for api client."}""");
        }

        lock (_orders)
        {
            return path switch
            {
                $"{Root}/orders.json" => List(context, "orders", _orders),
                $"{Root}/customers.json" => List(context, "customers", _customers),
                _ when path.Split('/') is [_, _, _, _, "orders", var order, "transactions.json"] && _orders.ContainsKey(order)
                    => (200, new JsonObject { ["transactions"] = new JsonArray([.. _transactions.GetValueOrDefault(order, []).Select(one => one.DeepClone())]) }.ToJsonString()),
                _ => (404, """{"errors":"Not Found"}"""),
            };
        }
    }

    private (int Status, string Body) List(HttpContext context, string name, Dictionary<string, JsonObject> resources)
    {
        var query = context.Request.Query;
        var (since, start) = (DateTimeOffset.MinValue, 0);
        if (query.TryGetValue("page_info", out var info))
        {
            if (query.Keys.Any(key => key is not ("page_info" or "limit")))
            {
                return (400, """{"errors":{"page_info":"Invalid value."}}""");
            }

            var parts = info.ToString().Split('-');
            (since, start) = (DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0], CultureInfo.InvariantCulture)), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        else
        {
            since = DateTimeOffset.Parse(query["updated_at_min"].ToString(), CultureInfo.InvariantCulture);
            if (name == "orders" && query["status"] != "any")
            {
                return (200, """{"orders":[]}""");
            }
        }

        var changed = resources.Values.Where(one => DateTimeOffset.Parse((string)one["updated_at"]!, CultureInfo.InvariantCulture) >= since).OrderBy(one => Id(one, "id"), StringComparer.Ordinal).ToList();
        if (start + PageSize < changed.Count)
        {
            context.Response.Headers.Link = $"<{Address}{Root}/{name}.json?limit={PageSize}&page_info={since.ToUnixTimeSeconds()}-{start + PageSize}>; rel=\"next\"";
        }

        return (200, new JsonObject { [name] = new JsonArray([.. changed.Skip(start).Take(PageSize).Select(one => one.DeepClone())]) }.ToJsonString());
    }

    // One that was placed long ago, and has just been changed.
    private JsonObject Order(JsonObject of)
    {
        var id = Id(of, "order_id");
        if (!_orders.TryGetValue(id, out var order))
        {
            order = _orders[id] = new JsonObject
            {
                ["id"] = long.Parse(id, CultureInfo.InvariantCulture),
                ["created_at"] = "2026-01-02T03:04:05-05:00",
                ["cancelled_at"] = null,
                ["fulfillment_status"] = null,
                ["fulfillments"] = new JsonArray(),
                ["refunds"] = new JsonArray(),
            };
        }

        order["updated_at"] = of["created_at"]!.DeepClone();
        return order;
    }

    private static string Id(JsonObject of, string name) => of[name]!.ToString();
}
