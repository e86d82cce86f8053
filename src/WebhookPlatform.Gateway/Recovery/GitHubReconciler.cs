using System.Text.RegularExpressions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Remote;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>
/// Lists the deliveries of one webhook of a repository, an organization or a GitHub App, newest first; a delivery's <c>guid</c> is the <c>X-GitHub-Delivery</c> it was sent with, the same when it was sent again.
/// Only what is not known here is asked for in full: its payload is the JSON that was sent, also where it was sent in a form. GitHub never sends again by itself, and keeps deliveries for three days (GitHub Enterprise Server: seven).
/// An app has one webhook for all who have installed it, and asks as itself: with a token that it signs, see <see cref="GitHubAppToken"/>.
/// See https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook, …/rest/orgs/webhooks, …/rest/apps/webhooks and …/webhooks/using-webhooks/handling-failed-webhook-deliveries.
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

    public string KeyAdvice => "a fine-grained token that may read the repository's (or organization's) webhooks, see Settings → Developer settings; with App the app's private key in PEM.";

    public Uri Home(RecoverySettings settings) => new("https://api.github.com");

    public IReadOnlyList<KeyValuePair<string, string>> Headers(RecoverySettings settings, DateTimeOffset now) =>
    [
        new("Authorization", $"Bearer {(settings.App is { } app ? GitHubAppToken.Create(app, settings.ApiKey.Text, now) : settings.ApiKey.Text)}"),
        new("Accept", "application/vnd.github+json"),
        new("X-GitHub-Api-Version", "2022-11-28"),
    ];

    public bool SignsWithKey(RecoverySettings settings) => settings.App is not null;

    public IEnumerable<string> Validate(RecoverySettings settings, bool hasEventTypes)
    {
        if (new[] { settings.Repository, settings.Organization, settings.App }.Count(owner => owner is not null) != 1)
        {
            yield return "give Repository (owner/name) or Organization or App, whichever has the webhook.";
        }

        if (settings.App is { } app)
        {
            if (!AppForm().IsMatch(app))
            {
                yield return "App must be the GitHub App's client ID, as its settings page shows it, e.g. Iv23liAbCdEfGhIjKlMn.";
            }

            if (settings.ApiKey.Text.Length > 0 && !GitHubAppToken.IsKey(settings.ApiKey.Text))
            {
                yield return "ApiKey must be the app's private key in PEM (RSA, 2048 bits and more); a line break may be written \\n.";
            }
        }

        if (settings.Repository is { } repository && !RepositoryForm().IsMatch(repository))
        {
            yield return "Repository must be owner/name, e.g. octo-org/shop.";
        }

        if (settings.Organization is { } organization && !OwnerForm().IsMatch(organization))
        {
            yield return "Organization must be its name as in its address, e.g. octo-org.";
        }

        if (settings.App is null ? settings.HookId is not { Length: <= 20 } hook || !hook.All(char.IsAsciiDigit) || hook.Length == 0 : settings.HookId is not null)
        {
            yield return settings.App is null
                ? "HookId must be the webhook's number: the last part of its settings page's address, and the header X-GitHub-Hook-ID of what it sends."
                : "an App has one webhook: leave HookId out.";
        }
    }

    public async Task<EventPage> ListAsync(Listing listing, CancellationToken cancellationToken)
    {
        var address = listing.Cursor is null ? listing.Api.At($"{DeliveriesOf(listing.Settings)}?per_page=100") : listing.Api.Given(listing.Cursor);
        return Read(await listing.Api.GetAsync(address, cancellationToken), listing);
    }

    private static string DeliveriesOf(RecoverySettings settings) =>
        settings.App is not null ? "/app/hook/deliveries"
        : settings.Repository is { } repository ? $"/repos/{repository}/hooks/{settings.HookId}/deliveries" : $"/orgs/{settings.Organization}/hooks/{settings.HookId}/deliveries";

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

        var headers = new HeaderDictionary { ["Content-Type"] = "application/json", ["X-GitHub-Delivery"] = guid, ["X-GitHub-Event"] = name };
        if (listing.Settings.HookId is { } hook)
        {
            headers["X-GitHub-Hook-ID"] = hook;
        }

        if (json.Name(UserAgent) is { } agent)
        {
            headers["User-Agent"] = agent;
        }

        return new RawRequest(HttpMethods.Post, "", headers, body.Slice(body.Span, payload));
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex RepositoryForm();

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex AppForm();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,38}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex OwnerForm();
}
