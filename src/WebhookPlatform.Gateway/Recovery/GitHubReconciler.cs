using System.Text.RegularExpressions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Remote;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>
/// Lists the deliveries of one webhook of a repository or an organization, newest first; a delivery's <c>guid</c> is the <c>X-GitHub-Delivery</c> it was sent with, the same when it was sent again.
/// Only what is not known here is asked for in full: its payload is the JSON that was sent, also where it was sent in a form. GitHub never sends again by itself, and keeps deliveries for three days (GitHub Enterprise Server: seven).
/// See https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook, …/rest/orgs/webhooks and …/webhooks/using-webhooks/handling-failed-webhook-deliveries.
/// </summary>
public sealed partial class GitHubReconciler : IReconciler
{
    private static readonly JsonFields EntryFields = new();
    private static readonly JsonField Id = EntryFields.Add("id");
    private static readonly JsonField Guid = EntryFields.Add("guid");
    private static readonly JsonField DeliveredAt = EntryFields.Add("delivered_at");
    private static readonly JsonField Event = EntryFields.Add("event");
    private static readonly JsonField Action = EntryFields.Add("action");

    private static readonly JsonFields DetailFields = new();
    private static readonly JsonField Payload = DetailFields.Add("request.payload");
    private static readonly JsonField UserAgent = DetailFields.AddAt("request", "headers", "User-Agent");

    public string Provider => "github";

    public TimeSpan Reach => TimeSpan.FromDays(3);

    public string KeyAdvice => "a fine-grained token that may read the repository's (or organization's) webhooks, see Settings → Developer settings.";

    public Uri Home(RecoverySettings settings) => new("https://api.github.com");

    public IReadOnlyList<KeyValuePair<string, string>> Headers(RecoverySettings settings) =>
    [
        new("Authorization", $"Bearer {settings.ApiKey.Text}"),
        new("Accept", "application/vnd.github+json"),
        new("X-GitHub-Api-Version", "2022-11-28"),
    ];

    public IEnumerable<string> Validate(RecoverySettings settings, bool hasEventTypes)
    {
        if (settings.Repository is null == settings.Organization is null)
        {
            yield return "give Repository (owner/name) or Organization, whichever has the webhook.";
        }

        if (settings.Repository is { } repository && !RepositoryForm().IsMatch(repository))
        {
            yield return "Repository must be owner/name, e.g. octo-org/shop.";
        }

        if (settings.Organization is { } organization && !OwnerForm().IsMatch(organization))
        {
            yield return "Organization must be its name as in its address, e.g. octo-org.";
        }

        if (settings.HookId is not { Length: <= 20 } hook || !hook.All(char.IsAsciiDigit) || hook.Length == 0)
        {
            yield return "HookId must be the webhook's number: the last part of its settings page's address, and the header X-GitHub-Hook-ID of what it sends.";
        }
    }

    public async Task<EventPage> ListAsync(Listing listing, CancellationToken cancellationToken)
    {
        var address = listing.Cursor is null ? listing.Api.At($"{DeliveriesOf(listing.Settings)}?per_page=100") : listing.Api.Given(listing.Cursor);
        return Read(await listing.Api.GetAsync(address, cancellationToken), listing);
    }

    private static string DeliveriesOf(RecoverySettings settings) =>
        settings.Repository is { } repository ? $"/repos/{repository}/hooks/{settings.HookId}/deliveries" : $"/orgs/{settings.Organization}/hooks/{settings.HookId}/deliveries";

    private static EventPage Read(ProviderPage page, Listing listing)
    {
        if (!JsonArray.TryRead(page.Body.Span, out var items))
        {
            throw listing.Api.Strange("something that is no list of deliveries");
        }

        var events = new Dictionary<string, ListedEvent>(StringComparer.Ordinal);
        var (unusable, isPast) = (0, false);
        foreach (var item in items)
        {
            var json = EntryFields.Read(item);
            if (json.Name(Guid) is not { } guid || json.WholeNumber(Id) is not { } id || json.Time(DeliveredAt) is not { } at || json.Name(Event) is not { } name)
            {
                unusable++;
                continue;
            }

            isPast = at < listing.Since;
            var type = json.Name(Action) is { } action ? $"{name}.{action}" : name;
            if (listing.Covers(at) && (listing.Settings.Wants(type) || listing.Settings.Wants(name)))
            {
                // Sent again it has the same guid, and the same payload.
                events.TryAdd(guid, new ListedEvent(guid, at, cancel => FetchAsync(listing, id, guid, name, cancel)));
            }
        }

        var next = isPast ? null : page.Next?.AbsoluteUri;
        return next is not null && string.Equals(next, listing.Cursor, StringComparison.Ordinal)
            ? throw listing.Api.Strange("the same page again")
            : new EventPage([.. events.Values], next, unusable);
    }

    private static async Task<RawRequest?> FetchAsync(Listing listing, long id, string guid, string name, CancellationToken cancellationToken)
    {
        try
        {
            var address = listing.Api.At(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{DeliveriesOf(listing.Settings)}/{id}"));
            return Request((await listing.Api.GetAsync(address, cancellationToken)).Body, listing, guid, name);
        }
        catch (ProviderPageException gone) when (gone.Status is 404 or 410 or 413)
        {
            // It has grown too old since it was listed, or is larger than any source takes.
            return null;
        }
    }

    private static RawRequest? Request(ReadOnlyMemory<byte> body, Listing listing, string guid, string name)
    {
        var json = DetailFields.Read(body.Span);
        if (!json.IsReadable)
        {
            throw listing.Api.Strange("something that is no delivery");
        }

        if (json.Raw(Payload) is not [(byte)'{', ..] payload)
        {
            return null;
        }

        var headers = new HeaderDictionary { ["Content-Type"] = "application/json", ["X-GitHub-Delivery"] = guid, ["X-GitHub-Event"] = name, ["X-GitHub-Hook-ID"] = listing.Settings.HookId };
        if (json.Name(UserAgent) is { } agent)
        {
            headers["User-Agent"] = agent;
        }

        return new RawRequest(HttpMethods.Post, "", headers, body.Slice(body.Span, payload));
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex RepositoryForm();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,38}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex OwnerForm();
}
