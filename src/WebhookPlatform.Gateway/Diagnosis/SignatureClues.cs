using System.Text;
using System.Text.RegularExpressions;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Whether the right digest was presented in another encoding, or with another prefix.</summary>
internal static partial class SignatureClues
{
    private const int LongestValue = 4096;

    private static readonly string[] Prefixes = ["sha256=", "sha1=", "sha512=", "hmac-sha256=", "v0=", "v1=", "v1,", "Bearer "];

    // What digests and ed25519 signatures have.
    private static readonly int[] Sizes = [20, 32, 48, 64];

    public static Finding? Find(UnprovenCase unproven, Trials trials) => Setting(unproven, trials) ?? Header(unproven, trials);

    /// <summary>For the provider that lets its sources say how they are signed.</summary>
    private static Finding? Setting(UnprovenCase unproven, Trials trials)
    {
        if (unproven.Source.Provider is not HmacProvider || unproven.Request.Header(unproven.Source.Header) is not { Length: <= LongestValue } value)
        {
            return null;
        }

        var mark = value.IndexOf('=', StringComparison.Ordinal);
        string[] prefixes = [unproven.Source.Hmac.Prefix, "", .. Prefixes, .. mark is > 0 and < 20 ? new[] { value[..(mark + 1)] } : []];
        foreach (var settings in from prefix in prefixes.Distinct(StringComparer.Ordinal)
                                 where value.StartsWith(prefix, StringComparison.Ordinal)
                                 from algorithm in Enum.GetValues<HmacAlgorithm>()
                                 from encoding in Enum.GetValues<SignatureEncoding>()
                                 select new HmacSettings(algorithm, encoding, prefix))
        {
            if (settings != unproven.Source.Hmac && trials.Believes(trials.Patient with { Hmac = settings }))
            {
                return new Finding(Causes.SignatureSettings, $"The signature is right, but made otherwise than the source's settings say: set {Difference(unproven.Source.Hmac, settings)}.", IsProven: true);
            }
        }

        return null;
    }

    private static string Difference(HmacSettings now, HmacSettings right)
    {
        var lines = new List<string>();
        if (now.Algorithm != right.Algorithm)
        {
            lines.Add($"Algorithm to {right.Algorithm.ToString().ToLowerInvariant()}");
        }

        if (now.Encoding != right.Encoding)
        {
            lines.Add($"Encoding to {right.Encoding.ToString().ToLowerInvariant()}");
        }

        if (!string.Equals(now.Prefix, right.Prefix, StringComparison.Ordinal))
        {
            lines.Add(right.Prefix.Length == 0 ? "no Prefix" : Prefixes.Contains(right.Prefix, StringComparer.Ordinal) ? $"Prefix to '{right.Prefix}'" : "Prefix to what stands before the signature, up to the equals sign");
        }

        return string.Join(" and ", lines);
    }

    private static Finding? Header(UnprovenCase unproven, Trials trials)
    {
        foreach (var name in HeaderClues.AskedFor(unproven.Request, trials))
        {
            if (unproven.Request.Header(name) is not { Length: <= LongestValue } value)
            {
                continue;
            }

            foreach (var (rewritten, words) in Rewrite(value))
            {
                var headers = HeaderClues.Copy(unproven.Request);
                headers[name] = rewritten;
                if (trials.Believes(unproven.Request with { Headers = headers }))
                {
                    return new Finding(Causes.SignatureEncoding, $"What the header {name} presents is right, but {words}: the sender, or something on the way, writes it otherwise than {unproven.Source.Provider.Name} does.", IsProven: true);
                }
            }
        }

        return null;
    }

    private static IEnumerable<(string Value, string Words)> Rewrite(string value)
    {
        List<(string Value, string Words)> forms = [(value, "")];
        var bare = value.Trim().Trim('"', '\'');
        if (bare.Length < value.Length)
        {
            forms.Add((bare, "in quotes or between spaces"));
        }

        if (value.Contains('%', StringComparison.Ordinal))
        {
            forms.Add((Uri.UnescapeDataString(value), "escaped as in a URL"));
        }

        if (value.IndexOf(", ", StringComparison.Ordinal) is > 0 and var comma)
        {
            forms.Add((value[..comma], "there twice with a comma between, as a proxy joins a header that came twice"));
        }

        if (Word().Match(bare) is { Success: true } scheme)
        {
            forms.Add((bare[scheme.Length..], $"with '{scheme.Value}' before it, which does not belong there"));
        }

        // Another encoding, then each with a prefix that may have been lost.
        forms.AddRange(forms.SelectMany(form => Reencode(form.Value).Select(other => (other.Value, form.Words.Length == 0 ? other.Words : $"{other.Words}, and {form.Words}"))).ToList());
        foreach (var (text, words) in forms)
        {
            if (words.Length > 0)
            {
                yield return (text, words);
            }
        }

        foreach (var (text, words) in forms)
        {
            foreach (var prefix in Prefixes)
            {
                yield return (prefix + text, words.Length == 0 ? $"without '{prefix.TrimEnd()}' before it" : $"{words}, and without '{prefix.TrimEnd()}' before it");
            }
        }
    }

    /// <summary>Each digest in a value in its other encodings, the rest as it is.</summary>
    private static IEnumerable<(string Value, string Words)> Reencode(string value)
    {
        foreach (Match match in Digest().Matches(value))
        {
            foreach (var (text, words) in OtherEncodings(match.Value))
            {
                yield return (string.Concat(value.AsSpan(0, match.Index), text, value.AsSpan(match.Index + match.Length)), words);
            }
        }
    }

    private static IEnumerable<(string Text, string Words)> OtherEncodings(string digest)
    {
        if (digest.Length % 2 == 0 && digest.All(char.IsAsciiHexDigit))
        {
            var bytes = Convert.FromHexString(digest);
            if (Sizes.Contains(bytes.Length))
            {
                yield return (Convert.ToBase64String(bytes), "in hexadecimal where base64 is expected");
            }

            if (!string.Equals(digest, digest.ToLowerInvariant(), StringComparison.Ordinal))
            {
                yield return (digest.ToLowerInvariant(), "in upper case where lower case is expected");
            }
        }

        var standard = digest.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        standard = standard.PadRight((standard.Length + 3) / 4 * 4, '=');
        var buffer = new byte[standard.Length];
        if (!Convert.TryFromBase64String(standard, buffer, out var written))
        {
            yield break;
        }

        var decoded = buffer[..written];
        if (Sizes.Contains(written))
        {
            yield return (Convert.ToHexStringLower(decoded), "in base64 where hexadecimal is expected");
            if (!string.Equals(standard, digest, StringComparison.Ordinal))
            {
                yield return (standard, "in another kind of base64 (for URLs, or without its padding)");
            }
        }

        if (written % 2 == 0 && Sizes.Contains(written / 2) && decoded.All(letter => char.IsAsciiHexDigit((char)letter)))
        {
            var hex = Encoding.ASCII.GetString(decoded);
            yield return (hex, "its hexadecimal text in base64 where hexadecimal is expected");
            yield return (Convert.ToBase64String(Convert.FromHexString(hex)), "its hexadecimal text in base64, where the digest itself is expected");
        }
    }

    [GeneratedRegex("^(?:[A-Za-z0-9-]{2,12}=|[A-Za-z]{2,12} )", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Word();

    [GeneratedRegex("[A-Za-z0-9+/_-]{26,}={0,2}", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Digest();
}
