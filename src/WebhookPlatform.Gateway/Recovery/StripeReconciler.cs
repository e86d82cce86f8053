using System.Globalization;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>
/// Lists an account's events, newest first: a listed event is what its webhook's body was, written in other bytes and with another count in <c>pending_webhooks</c>. Events go back 30 days.
/// The list knows nothing of endpoints, so the source has to say which types its endpoint is subscribed to. Thin events of API v2 are not in it.
/// See https://docs.stripe.com/api/events/list and https://docs.stripe.com/api/pagination.
/// </summary>
public sealed class StripeReconciler : IReconciler
{
    private const int MostTypes = 20;

    private static readonly JsonFields PageFields = new();
    private static readonly JsonField Data = PageFields.Add("data");
    private static readonly JsonField HasMore = PageFields.Add("has_more");

    private static readonly JsonFields EventFields = new();
    private static readonly JsonField Id = EventFields.Add("id");
    private static readonly JsonField Type = EventFields.Add("type");
    private static readonly JsonField Created = EventFields.Add("created");

    public string Provider => "stripe";

    public TimeSpan Reach => TimeSpan.FromDays(30);

    public string KeyAdvice => "a restricted key (rk_…) that may read Events, see Developers → API keys.";

    public Uri Home(RecoverySettings settings) => new("https://api.stripe.com");

    public IReadOnlyList<KeyValuePair<string, string>> Headers(RecoverySettings settings, DateTimeOffset now) => [new("Authorization", $"Bearer {settings.ApiKey.Text}"), new("Accept", "application/json")];

    public IEnumerable<string> Validate(RecoverySettings settings, bool hasEventTypes)
    {
        if (!hasEventTypes)
        {
            yield return "EventTypes is missing: the types that the endpoint at Stripe is subscribed to, or * for all. Stripe's list has the events of the whole account, and what the endpoint never wanted is not lost.";
        }
    }

    public async Task<EventPage> ListAsync(Listing listing, CancellationToken cancellationToken) =>
        Read((await listing.Api.GetAsync(listing.Api.At(PathOf(listing)), cancellationToken)).Body, listing);

    private static string PathOf(Listing listing)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/v1/events?limit=100&created%5Bgte%5D={listing.Since.ToUnixTimeSeconds()}&created%5Blte%5D={listing.Until.ToUnixTimeSeconds()}");
        var types = listing.Settings.EventTypes;
        if (types.Count is > 0 and <= MostTypes && types.All(type => !type.EndsWith('*')))
        {
            path += string.Concat(types.Select(type => $"&types%5B%5D={Uri.EscapeDataString(type)}"));
        }

        return listing.Cursor is null ? path : $"{path}&starting_after={Uri.EscapeDataString(listing.Cursor)}";
    }

    private static EventPage Read(ReadOnlyMemory<byte> body, Listing listing)
    {
        var page = PageFields.Read(body.Span);
        if (!page.IsReadable || page.Raw(Data) is not [(byte)'[', ..])
        {
            throw listing.Api.Strange("something that is no list of events");
        }

        var events = new List<ListedEvent>();
        var unusable = 0;
        string? last = null;
        foreach (var item in page.Items(Data))
        {
            var json = EventFields.Read(item);
            last = json.Name(Id) ?? last;
            if (json.Name(Id) is not { } id || json.Name(Type) is not { } type || json.Time(Created) is not { } created)
            {
                unusable++;
            }
            else if (listing.Settings.Wants(type))
            {
                events.Add(ListedEvent.Of(id, created, Request(body.Slice(body.Span, item))));
            }
        }

        var next = page.IsTrue(HasMore) ? last : null;
        return next is not null && string.Equals(next, listing.Cursor, StringComparison.Ordinal)
            ? throw listing.Api.Strange("the same page again")
            : new EventPage(events, next, unusable);
    }

    private static RawRequest Request(ReadOnlyMemory<byte> body) => new(HttpMethods.Post, "", new HeaderDictionary { ["Content-Type"] = "application/json" }, body);
}
