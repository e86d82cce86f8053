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
}
