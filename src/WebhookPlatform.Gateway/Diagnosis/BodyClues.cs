using System.Text;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Whether the signature covers the body in another form: trimmed, in another encoding, written anew.</summary>
internal static class BodyClues
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Finding? Find(UnprovenCase unproven, Trials trials)
    {
        var body = unproven.Request.Body;
        foreach (var (variation, words) in Lines(body.ToArray()).Concat(Encodings(body.ToArray())).Concat(Forms(unproven)).Concat(JsonForms.Of(body)))
        {
            if (trials.IsSpent)
            {
                return null;
            }

            if (!variation.AsSpan().SequenceEqual(body.Span) && trials.Believes(unproven.Request with { Body = variation }))
            {
                return new Finding(Causes.Body, $"The signature is right for another form of the body: {words}. Something between the sender's signing and the gateway changes it; bytes have to be passed on as they were signed.", IsProven: true);
            }
        }

        return null;
    }

    private static IEnumerable<(byte[] Body, string Words)> Lines(byte[] body)
    {
        var (hasMark, bare) = body.AsSpan().StartsWith(Mark) ? (true, body[Mark.Length..]) : (false, body);
        (byte[] Body, string Words)[] breaks = [(bare, ""), (Replace(bare, "\r\n"u8, "\n"u8), "with line feeds where CR LF came"), (Replace(Replace(bare, "\r\n"u8, "\n"u8), "\n"u8, "\r\n"u8), "with CR LF where line feeds came")];
        foreach (var mark in new[] { hasMark, !hasMark })
        {
            var markWords = mark == hasMark ? "" : mark ? "with a byte order mark, which got lost" : "without the byte order mark that it begins with";
            foreach (var (text, breakWords) in breaks)
            {
                var end = text.AsSpan().TrimEnd("\r\n"u8).Length;
                var trimmed = text.AsSpan().Trim(" \t\r\n"u8).ToArray();
                yield return (Put(mark, text), Join(markWords, breakWords));
                yield return (Put(mark, text[..end]), Join(markWords, breakWords, "without the line break at its end"));
                yield return (Put(mark, [.. text[..end], (byte)'\n']), Join(markWords, breakWords, "with a line feed at its end"));
                yield return (Put(mark, [.. text[..end], (byte)'\r', (byte)'\n']), Join(markWords, breakWords, "with CR LF at its end"));
                yield return (Put(mark, trimmed), Join(markWords, breakWords, "without the blank space around it"));
            }
        }

        yield return ([], "empty, as if the sender had signed before it had a body");

        static byte[] Put(bool mark, byte[] text) => mark ? [.. Mark, .. text] : text;
    }

    private static IEnumerable<(byte[] Body, string Words)> Encodings(byte[] body)
    {
        string? text = null;
        try
        {
            text = Strict.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            // Looked at below.
        }

        if (text is null)
        {
            yield return (Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(body)), "in UTF-8, where Latin-1 came");
            yield break;
        }

        if (text.All(char.IsAscii))
        {
            yield return (Encoding.Unicode.GetBytes(text), "in UTF-16, where UTF-8 came");
            yield break;
        }

        if (text.All(letter => letter <= 0xFF))
        {
            var narrow = Encoding.Latin1.GetBytes(text);
            yield return (narrow, IsUtf8(narrow) ? "in UTF-8, which was encoded as UTF-8 a second time" : "in Latin-1, where UTF-8 came");
        }

        yield return (Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(body)), "encoded as UTF-8 twice, where it came encoded once");
        yield return (Encoding.Unicode.GetBytes(text), "in UTF-16, where UTF-8 came");
        yield return (Encoding.ASCII.GetBytes(text), "in ASCII, with question marks for everything else");
        foreach (var form in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
        {
            yield return (Encoding.UTF8.GetBytes(text.Normalize(form)), "with accents written in another way (Unicode normalization)");
        }
    }

    private static IEnumerable<(byte[] Body, string Words)> Forms(UnprovenCase unproven)
    {
        if (unproven.Request.MediaType is not FormFields.MediaType)
        {
            yield break;
        }

        var text = Encoding.Latin1.GetString(unproven.Request.Body.Span);
        yield return (Encoding.Latin1.GetBytes(text.Replace("+", "%20", StringComparison.Ordinal)), "with spaces as %20, where + came");
        yield return (Encoding.Latin1.GetBytes(text.Replace("%20", "+", StringComparison.Ordinal)), "with spaces as +, where %20 came");
        yield return (Encoding.UTF8.GetBytes(Uri.UnescapeDataString(text.Replace('+', ' '))), "with its fields decoded");
        yield return (Encoding.Latin1.GetBytes(string.Join('&', text.Split('&').Order(StringComparer.Ordinal))), "with its fields in order of their names");
    }

    private static bool IsUtf8(byte[] body)
    {
        try
        {
            return Strict.GetCharCount(body) >= 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static byte[] Replace(byte[] body, ReadOnlySpan<byte> what, ReadOnlySpan<byte> with)
    {
        var replaced = new List<byte>(body.Length + 64);
        var rest = body.AsSpan();
        for (var at = rest.IndexOf(what); at >= 0; at = rest.IndexOf(what))
        {
            replaced.AddRange(rest[..at]);
            replaced.AddRange(with);
            rest = rest[(at + what.Length)..];
        }

        replaced.AddRange(rest);
        return [.. replaced];
    }

    private static string Join(params string[] words) => string.Join(" and ", words.Where(word => word.Length > 0));
}
