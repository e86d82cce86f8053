using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>What providers check alike in a source's settings. Each finding is a sentence that says what to fix, and never shows a secret.</summary>
public static class SourceChecks
{
    /// <summary>Every provider needs at least one secret, and none that is empty.</summary>
    public static IEnumerable<string> Secrets(Source source)
    {
        if (source.Secrets.Count == 0)
        {
            yield return "It needs at least one secret: set Secrets:0.";
        }

        for (var i = 0; i < source.Secrets.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(source.Secrets[i].Text))
            {
                yield return $"Secrets:{i} is empty: set it or leave it out.";
            }
            else if (source.Secrets[i].Text.Any(char.IsControl))
            {
                yield return $"Secrets:{i} has a line break or another control character: was it copied with the end of its line?";
            }
        }
    }

    /// <summary>The header that carries a signature or token has to be one that HTTP allows.</summary>
    public static IEnumerable<string> Header(Source source)
    {
        if (string.IsNullOrWhiteSpace(source.Header))
        {
            yield return "It needs the name of the header that carries the signature or token: set Header, e.g. X-Signature.";
        }
        else if (!source.Header.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            yield return $"Header '{source.Header}' is no HTTP header name: use letters, digits and hyphens.";
        }
    }

    /// <summary>Settings of the provider's own: none that it does not have, and those that it cannot do without.</summary>
    public static IEnumerable<string> Settings(Source source)
    {
        var known = source.Provider.Settings;
        foreach (var name in source.Settings.Keys.Where(name => !known.Any(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            yield return known.Count == 0
                ? $"Settings:{name} is not known: {source.Provider.Name} has no settings of its own."
                : $"Settings:{name} is not known. {source.Provider.Name} has: {string.Join(", ", known.Select(setting => setting.Name))}.";
        }

        foreach (var missing in known.Where(setting => setting.IsRequired && string.IsNullOrWhiteSpace(source.Setting(setting.Name))))
        {
            yield return $"Settings:{missing.Name} is missing. {missing.Meaning}";
        }
    }

    /// <summary>For schemes that cover the address: it has to be known as the provider calls it.</summary>
    public static IEnumerable<string> PublicUrl(Source source)
    {
        if (source.PublicUrl is null)
        {
            yield return "It needs PublicUrl, the URL exactly as it is set at the provider: the signature covers it.";
        }
    }
}
