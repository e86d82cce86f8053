using System.Collections.ObjectModel;
using System.Text.RegularExpressions;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Recovery;

namespace WebhookPlatform.Gateway.Sources;

/// <summary>Makes sources from settings, or says what is wrong with them.</summary>
public static partial class SourceFactory
{
    /// <summary>The largest body any source may accept, in bytes: GitHub sends up to 25 MiB.</summary>
    public const int LargestBody = 25 * 1024 * 1024;

    /// <returns>The source, or null and what to fix.</returns>
    public static (Source? Source, IReadOnlyList<string> Problems) Create(string name, SourceOptions options, SourceOrigin origin)
    {
        var problems = new List<string>();
        if (!ValidName().IsMatch(name))
        {
            problems.Add("The name must be 1 to 64 lower-case letters, digits and hyphens, beginning with a letter or digit: it is part of the URL.");
        }

        if (options.MaxBodyBytes is < 1 or > LargestBody)
        {
            problems.Add($"MaxBodyBytes must be between 1 and {LargestBody}.");
        }

        if (options.ToleranceSeconds is < 1 or > 86_400)
        {
            problems.Add("ToleranceSeconds must be between 1 and 86400.");
        }

        if (options.PublicUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            problems.Add("PublicUrl must be the absolute http or https URL that the provider calls.");
        }

        var known = string.Join(", ", ProviderCatalog.All.Select(one => one.Name));
        if (string.IsNullOrWhiteSpace(options.Provider))
        {
            problems.Add($"Provider is missing. Known providers: {known}.");
        }
        else if (ProviderCatalog.Find(options.Provider) is not { } provider)
        {
            problems.Add($"Provider '{options.Provider}' is not known. Known providers: {known}.");
        }
        else
        {
            var source = Assemble(name, provider, options, origin);
            problems.AddRange(ClaimHorizons.Validate(source));
            problems.AddRange(SourceChecks.Settings(source));
            problems.AddRange(provider.Validate(source));
            if (options.Recovery is { } recovery)
            {
                var (settings, missing) = RecoverySettings.Create(provider.Name, recovery);
                source = source with { Recovery = settings };
                problems.AddRange(missing);
            }

            if (problems.Count == 0)
            {
                return (source, []);
            }
        }

        return (null, problems);
    }

    private static Source Assemble(string name, IWebhookProvider provider, SourceOptions options, SourceOrigin origin)
    {
        var source = new Source
        {
            Name = name,
            Provider = provider,
            Secrets = [.. (options.Secrets ?? []).Select(text => new SourceSecret(text ?? ""))],
            PublicUrl = options.PublicUrl,
            Settings = Pairs(options.Settings),
            DuplicateHorizonDays = options.DuplicateHorizonDays,
            Hmac = new HmacSettings(options.Algorithm ?? HmacAlgorithm.Sha256, options.Encoding ?? SignatureEncoding.Hex, options.Prefix ?? ""),
            Mapping = new FieldMapping(
                options.EventIdField,
                options.EventTypeField,
                options.OccurredAtField,
                [.. (options.Map ?? []).Select(rule => new MappingRule(Pairs(rule?.When), rule?.Event ?? "", Pairs(rule?.Fields)))]),
            Origin = origin,
        };
        return source with
        {
            Header = options.Header ?? source.Header,
            Tolerance = options.ToleranceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : source.Tolerance,
            MaxBodyBytes = options.MaxBodyBytes ?? source.MaxBodyBytes,
        };
    }

    // Names of fields compare without case, as configuration keys do.
    private static ReadOnlyDictionary<string, string> Pairs(IDictionary<string, string>? pairs) =>
        new Dictionary<string, string>((pairs ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value ?? "")), StringComparer.OrdinalIgnoreCase).AsReadOnly();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex ValidName();
}
