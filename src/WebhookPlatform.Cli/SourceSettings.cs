using System.Collections.ObjectModel;

namespace WebhookPlatform.Cli;

/// <summary>A source as the environment describes it, in the same variables the gateway reads.</summary>
/// <param name="Name">The last part of <c>/webhooks/{name}</c>.</param>
/// <param name="Provider">Who sends there, or null when only the name is known.</param>
/// <param name="Secret">The first secret, or null.</param>
/// <param name="Header">The header of a <c>hmac</c> or <c>token</c> source, or null for the default.</param>
public sealed record SourceSettings(string Name, string? Provider, string? Secret, string? Header)
{
    private const string Prefix = "Settings__";

    /// <summary>The URL as the provider calls it, or null when it is not set.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>What only its provider has, by name without case.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Reads all variables of the form <c>Sources__{name}__…</c>, as .NET configuration does: case does not matter.</summary>
    public static IReadOnlyList<SourceSettings> Read(IReadOnlyDictionary<string, string> variables)
    {
        var sources = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var (variable, value) in variables)
        {
            var parts = variable.Split("__", 3);
            if (parts.Length < 3 || value.Length == 0 || !parts[0].Equals("Sources", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!sources.TryGetValue(parts[1], out var settings))
            {
                sources[parts[1]] = settings = new(StringComparer.OrdinalIgnoreCase);
            }

            settings[parts[2]] = value;
        }

        return [.. sources.Select(source => new SourceSettings(
            source.Key,
            source.Value.GetValueOrDefault("Provider"),
            source.Value.FirstOrDefault(setting => setting.Key.StartsWith("Secrets__", StringComparison.OrdinalIgnoreCase)).Value,
            source.Value.GetValueOrDefault("Header"))
        {
            PublicUrl = source.Value.GetValueOrDefault("PublicUrl"),
            Settings = Own(source.Value),
        })];
    }

    private static IReadOnlyDictionary<string, string> Own(SortedDictionary<string, string> settings) =>
        settings.Where(setting => setting.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(setting => setting.Key[Prefix.Length..], setting => setting.Value, StringComparer.OrdinalIgnoreCase) is { Count: > 0 } own ? own : ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// The source a webhook of this provider goes to: the one asked for by name, else the one named like the provider,
    /// else the first of this provider, else one of which nothing but the name is known.
    /// </summary>
    public static SourceSettings Choose(IReadOnlyDictionary<string, string> variables, string provider, string? name)
    {
        var sources = Read(variables);
        return sources.FirstOrDefault(source => source.Name.Equals(name ?? provider, StringComparison.OrdinalIgnoreCase))
            ?? (name is null ? sources.FirstOrDefault(source => provider.Equals(source.Provider, StringComparison.OrdinalIgnoreCase)) : null)
            ?? new SourceSettings(name ?? provider, provider, null, null);
    }
}
