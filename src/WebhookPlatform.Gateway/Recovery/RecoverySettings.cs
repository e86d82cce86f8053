using System.Globalization;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>A source's <c>Recovery</c> section, as configuration (<c>Sources:{name}:Recovery:…</c>) and the API give it.</summary>
public sealed class RecoveryOptions
{
    /// <summary>The key for the provider's API, as weak as possible: it only has to read.</summary>
    public string? ApiKey { get; set; }

    /// <summary>How often to look, e.g. <c>00:15:00</c>; not set: by command only.</summary>
    public TimeSpan? Every { get; set; }

    /// <summary>How far back the first scheduled run looks; a day by default. Later ones go on where the last complete one ended.</summary>
    public TimeSpan? Lookback { get; set; }

    /// <summary>How long a webhook may be on its way before it counts as missed; five minutes by default.</summary>
    public TimeSpan? Grace { get; set; }

    /// <summary>The API's address; the provider's own by default.</summary>
    public string? Url { get; set; }

    /// <summary>The types that the provider was told to send here, e.g. <c>invoice.*</c>; <c>*</c> for all.</summary>
    public IList<string>? EventTypes { get; set; }

    /// <summary>GitHub: <c>owner/name</c> of the repository whose webhook it is.</summary>
    public string? Repository { get; set; }

    /// <summary>GitHub: the organization whose webhook it is.</summary>
    public string? Organization { get; set; }

    /// <summary>GitHub: the client ID (or number) of the GitHub App whose webhook it is; the API key is then the app's private key in PEM.</summary>
    public string? App { get; set; }

    /// <summary>GitHub: the webhook's number; an app has only one.</summary>
    public string? HookId { get; set; }

    /// <summary>Shopify: the shop, e.g. <c>acme.myshopify.com</c>.</summary>
    public string? Shop { get; set; }

    /// <summary>Shopify: version of the Admin API, e.g. <c>2026-10</c>.</summary>
    public string? ApiVersion { get; set; }
}

/// <summary>How webhooks that did not come are fetched from a source's provider. See <see cref="RecoveryOptions"/>.</summary>
public sealed record RecoverySettings
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public required SourceSecret ApiKey { get; init; }

    public TimeSpan? Every { get; init; }

    public TimeSpan Lookback { get; init; } = Day;

    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The API's address without a slash at the end; null for the provider's own.</summary>
    public Uri? Url { get; init; }

    /// <summary>Names, with a star at the end for groups; empty for all.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    public string? Repository { get; init; }

    public string? Organization { get; init; }

    public string? App { get; init; }

    public string? HookId { get; init; }

    public string? Shop { get; init; }

    public string ApiVersion { get; init; } = "2026-10";

    /// <summary>Whether webhooks of this type are sent here.</summary>
    public bool Wants(string type) => EventTypes.Count == 0 || EventTypes.Any(wanted => wanted.EndsWith('*') ? type.StartsWith(wanted[..^1], StringComparison.Ordinal) : string.Equals(wanted, type, StringComparison.Ordinal));

    /// <returns>The settings, or null and what to fix.</returns>
    public static (RecoverySettings? Settings, IReadOnlyList<string> Problems) Create(string provider, RecoveryOptions options)
    {
        if (ReconcilerCatalog.Find(provider) is not { } reconciler)
        {
            return (null, [$"Recovery is not possible for {provider}, which offers no list of what it sent; it is for {string.Join(", ", ReconcilerCatalog.All.Select(one => one.Provider))}. Remove the section."]);
        }

        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ApiKey))
        {
            problems.Add($"Recovery:ApiKey is missing: {reconciler.KeyAdvice}");
        }
        Check(problems, "Every", options.Every, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        Check(problems, "Lookback", options.Lookback, TimeSpan.FromMinutes(1), reconciler.Reach);
        Check(problems, "Grace", options.Grace, TimeSpan.Zero, Day);
        var address = options.Url is null ? null : AddressOf(options.Url);
        if (options.Url is not null && address is null)
        {
            problems.Add("Recovery:Url must be an https address without a query, e.g. https://github.example.com/api/v3 (http only on this machine).");
        }

        var settings = new RecoverySettings
        {
            ApiKey = new SourceSecret(options.ApiKey ?? ""),
            Every = options.Every,
            Lookback = options.Lookback ?? (reconciler.Reach < Day ? reconciler.Reach : Day),
            Grace = options.Grace ?? TimeSpan.FromMinutes(5),
            Url = address,
            EventTypes = options.EventTypes?.Contains("*", StringComparer.Ordinal) is true ? [] : [.. options.EventTypes ?? []],
            Repository = options.Repository,
            Organization = options.Organization,
            App = options.App,
            HookId = options.HookId,
            Shop = options.Shop,
        };
        if (!string.IsNullOrWhiteSpace(options.ApiKey) && !reconciler.SignsWithKey(settings) && options.ApiKey.Any(letter => letter is < '!' or > '~'))
        {
            problems.Add("Recovery:ApiKey must be plain characters without spaces.");
        }

        settings = options.ApiVersion is { } version ? settings with { ApiVersion = version } : settings;
        problems.AddRange(reconciler.Validate(settings, options.EventTypes is { Count: > 0 }).Select(problem => $"Recovery: {problem}"));
        return problems.Count == 0 ? (settings, []) : (null, problems);
    }

    private static void Check(List<string> problems, string name, TimeSpan? value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"Recovery:{name} must be between {least:c} and {most:c}, written like 00:15:00 or 1.00:00:00."));
        }
    }

    private static Uri? AddressOf(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address)
            && (string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) || ProviderPages.IsHere(address))
            && address is { UserInfo: "", Query: "", Fragment: "" } ? address : null;
}

/// <summary>Recovery settings without the key.</summary>
/// <param name="ApiKey">A hint of it, e.g. <c>rk…9z</c>.</param>
internal sealed record RecoveryAnswer(string ApiKey, TimeSpan? Every, TimeSpan Lookback, TimeSpan Grace, Uri? Url, IReadOnlyList<string> EventTypes, string? Repository, string? Organization, string? App, string? HookId, string? Shop)
{
    public static RecoveryAnswer Of(RecoverySettings settings) => new(
        settings.ApiKey.Hint, settings.Every, settings.Lookback, settings.Grace, settings.Url, settings.EventTypes, settings.Repository, settings.Organization, settings.App, settings.HookId, settings.Shop);
}
