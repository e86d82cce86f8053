using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>Stripe's list of events: newest first, 30 days, cursor by id. It writes an event in other bytes than its webhook.</summary>
internal sealed class StripeApi : ProviderApi
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly List<JsonObject> _events = [];

    public override object Settings(string? every = null) => new { apiKey = Key, url = Address, grace = "00:00:00", every, eventTypes = new[] { "*" } };

    public void Add(byte[] body)
    {
        var one = JsonNode.Parse(body)!.AsObject();
        one["pending_webhooks"] = 0;
        lock (_events)
        {
            _events.Insert(0, one);
        }
    }

    protected override bool IsAuthorized(IHeaderDictionary headers) => headers.Authorization == $"Bearer {Key}";

    protected override (int Status, string Body) Answer(HttpContext context)
    {
        var query = context.Request.Query;
        if (context.Request.Path != "/v1/events")
        {
            return (404, "{}");
        }

        var limit = query.TryGetValue("limit", out var text) ? int.Parse(text.ToString(), CultureInfo.InvariantCulture) : 10;
        var oldest = DateTimeOffset.UtcNow.AddDays(-30).ToUnixTimeSeconds();
        long Bound(string name, long usual) => query.TryGetValue($"created[{name}]", out var value) ? long.Parse(value.ToString(), CultureInfo.InvariantCulture) : usual;
        lock (_events)
        {
            var events = _events
                .Where(one => (long)one["created"]! is var created && created >= oldest && created >= Bound("gte", 0) && created <= Bound("lte", long.MaxValue))
                .Where(one => !query.TryGetValue("types[]", out var types) || types.Contains((string?)one["type"], StringComparer.Ordinal))
                .OrderByDescending(one => (long)one["created"]!)
                .ToList();
            if (query.TryGetValue("starting_after", out var after))
            {
                var at = events.FindIndex(one => (string?)one["id"] == after.ToString());
                if (at < 0)
                {
                    return (400, """{"error":{"type":"invalid_request_error","message":"No such event"}}""");
                }

                events = events[(at + 1)..];
            }

            var page = new JsonObject
            {
                ["object"] = "list",
                ["url"] = "/v1/events",
                ["has_more"] = events.Count > limit,
                ["data"] = new JsonArray([.. events.Take(Math.Min(limit, 100)).Select(one => one.DeepClone())]),
            };
            return (200, page.ToJsonString(Indented));
        }
    }
}
