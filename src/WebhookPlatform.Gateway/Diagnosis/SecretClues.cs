using System.Globalization;
using System.Text;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Whether the sender uses another secret that is known, or the right one in another form.</summary>
internal static class SecretClues
{
    private const int MostOthers = 100;

    public static Finding? Find(UnprovenCase unproven, Trials trials) => Retired(unproven, trials) ?? OfOther(unproven, trials) ?? OtherForm(unproven, trials);

    private static Finding? Retired(UnprovenCase unproven, Trials trials)
    {
        if (unproven.Retired.Count == 0 || !trials.Believes(unproven.Request, trials.Patient with { Secrets = [.. unproven.Retired.Select(retired => retired.Secret)] }, out var which))
        {
            return null;
        }

        var (secret, at) = unproven.Retired[which];
        return new Finding(
            Causes.RetiredSecret,
            $"It matches the secret {secret.Hint}, which was rotated out at {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC: the sender still uses it. Set the new secret at the sender, or add the old one again until it is.",
            IsProven: true);
    }

    private static Finding? OfOther(UnprovenCase unproven, Trials trials)
    {
        var known = unproven.Others
            .Where(other => string.Equals(other.Provider.Name, unproven.Source.Provider.Name, StringComparison.Ordinal) && !string.Equals(other.Name, unproven.Source.Name, StringComparison.Ordinal))
            .SelectMany(other => other.Secrets.Select(secret => (other.Name, Secret: secret)))
            .Take(MostOthers)
            .ToList();
        if (known.Count == 0 || !trials.Believes(unproven.Request, trials.Patient with { Secrets = [.. known.Select(one => one.Secret)] }, out var which))
        {
            return null;
        }

        var mode = TestMode.Of(unproven.Request) is { } said ? $" The body says that it is a {(said.IsTest ? "test" : "live")} event ({said.Field})." : "";
        return new Finding(
            Causes.OtherSource,
            $"It matches the secret {known[which].Secret.Hint} of source '{known[which].Name}': at the sender the URLs or the secrets of the two are mixed up, such as those of test mode and live mode.{mode}",
            IsProven: true);
    }

    private static Finding? OtherForm(UnprovenCase unproven, Trials trials)
    {
        var forms = unproven.Source.Secrets.SelectMany(Forms).ToList();
        if (forms.Count == 0 || !trials.Believes(unproven.Request, trials.Patient with { Secrets = [.. forms.Select(form => form.Secret)] }, out var which))
        {
            return null;
        }

        return new Finding(Causes.SecretForm, $"It matches a secret of the source {forms[which].Words}.", IsProven: true);
    }

    private static IEnumerable<(SourceSecret Secret, string Words)> Forms(SourceSecret secret)
    {
        var text = secret.Text;
        var trimmed = text.Trim().Trim('"', '\'');
        if (trimmed.Length > 0 && trimmed.Length < text.Length)
        {
            yield return (new SourceSecret(trimmed), "without the spaces or quotes around it: set it without them");
        }

        yield return (new SourceSecret(text + "\n"), "with a line break at its end: the sender has it with the end of its line, so set it anew there");
        yield return (new SourceSecret(text + " "), "with a space at its end: the sender has it with one, so set it anew there");
        var mark = text.IndexOf('_', StringComparison.Ordinal);
        if (mark > 0 && mark < text.Length - 1)
        {
            yield return (new SourceSecret(text[(mark + 1)..]), $"without its prefix {(mark <= 8 ? text[..(mark + 1)] : "")}: set it without it, or let the sender use the whole");
        }

        yield return (new SourceSecret($"whsec_{text}"), "with the prefix whsec_: set it with it");
        if (Bytes(text) is { } decoded)
        {
            yield return (new SourceSecret(text) { Utf8 = decoded.Bytes }, $"decoded from {decoded.From}: the sender takes it for an encoded key, where its text is expected");
        }

        yield return (new SourceSecret(Convert.ToBase64String(secret.Utf8)), "encoded in base64: set it encoded, or let the sender use it as it is");
        yield return (new SourceSecret(Convert.ToHexStringLower(secret.Utf8)), "encoded in hexadecimal: set it encoded, or let the sender use it as it is");
        if (!string.Equals(text, text.ToLowerInvariant(), StringComparison.Ordinal))
        {
            yield return (new SourceSecret(text.ToLowerInvariant()), "in lower case: set it as the sender has it");
        }
    }

    private static (byte[] Bytes, string From)? Bytes(string text)
    {
        if (text.Length >= 16 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit))
        {
            return (Convert.FromHexString(text), "hexadecimal");
        }

        var bare = text.StartsWith("whsec_", StringComparison.Ordinal) ? text["whsec_".Length..] : text;
        var buffer = new byte[Encoding.UTF8.GetMaxByteCount(bare.Length)];
        return bare.Length >= 16 && Convert.TryFromBase64String(bare, buffer, out var written) ? (buffer[..written], "base64") : null;
    }
}
