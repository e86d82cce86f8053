using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>A JSON body written anew as the common libraries would, numbers as they stand.</summary>
internal static class JsonForms
{
    private static readonly (Space Space, string Words)[] Spaces =
    [
        (Space.None, "without blank space between its parts"),
        (Space.Python, "with a space after each comma and colon, as Python writes it"),
        (Space.Two, "indented by two spaces"),
        (Space.Four, "indented by four spaces"),
        (Space.Tab, "indented by tabs"),
    ];

    private static readonly (Escape Escape, string Words)[] Escapes =
    [
        (Escape.AsIs, ""),
        (Escape.Plain, "no character escaped that need not be"),
        (Escape.Ascii, "other than ASCII characters as \\u escapes"),
        (Escape.Slash, "slashes escaped, as PHP writes it"),
        (Escape.SlashAscii, "slashes and other than ASCII characters escaped, as PHP writes it"),
        (Escape.Html, "<, > and & as \\u escapes, as Go writes it"),
    ];

    private enum Space
    {
        None,
        Python,
        Two,
        Four,
        Tab,
    }

    private enum Escape
    {
        AsIs,
        Plain,
        Ascii,
        Slash,
        SlashAscii,
        Html,
    }

    public static IEnumerable<(byte[] Body, string Words)> Of(ReadOnlyMemory<byte> body)
    {
        using var json = Parse(body);
        if (json is null)
        {
            yield break;
        }

        if (json.RootElement.ValueKind is JsonValueKind.String)
        {
            yield return (Encoding.UTF8.GetBytes(json.RootElement.GetString()!), "not as a JSON string, but what is in it");
            yield break;
        }

        var tried = new HashSet<string>(StringComparer.Ordinal);
        foreach (var isSorted in new[] { false, true })
        {
            foreach (var (escape, escapeWords) in Escapes)
            {
                foreach (var (space, spaceWords) in Spaces)
                {
                    var written = new Writer(space, escape, isSorted).Write(json.RootElement);
                    if (tried.Add(written))
                    {
                        var words = string.Join(", ", new[] { spaceWords, escapeWords, isSorted ? "its fields in order of their names" : "" }.Where(word => word.Length > 0));
                        yield return (Encoding.UTF8.GetBytes(written), $"as JSON written anew, {words}");
                    }
                }
            }
        }
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body.Span.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? body[3..] : body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class Writer(Space space, Escape escape, bool isSorted)
    {
        private readonly StringBuilder _text = new();

        public string Write(JsonElement element)
        {
            Put(element, 0);
            return _text.ToString();
        }

        private void Put(JsonElement element, int depth)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    var fields = element.EnumerateObject().AsEnumerable();
                    Put('{', '}', isSorted ? fields.OrderBy(field => field.Name, StringComparer.Ordinal) : fields, depth, field =>
                    {
                        Quote(field.Name);
                        _text.Append(space is Space.None ? ":" : ": ");
                        Put(field.Value, depth + 1);
                    });
                    break;
                case JsonValueKind.Array:
                    Put('[', ']', element.EnumerateArray(), depth, item => Put(item, depth + 1));
                    break;
                case JsonValueKind.String when escape is not Escape.AsIs:
                    Quote(element.GetString()!);
                    break;
                default:
                    _text.Append(element.GetRawText());
                    break;
            }
        }

        private void Put<T>(char open, char close, IEnumerable<T> items, int depth, Action<T> put)
        {
            _text.Append(open);
            var isFirst = true;
            foreach (var item in items)
            {
                _text.Append(isFirst ? "" : space is Space.Python ? ", " : ",");
                NewLine(depth + 1);
                isFirst = false;
                put(item);
            }

            if (!isFirst)
            {
                NewLine(depth);
            }

            _text.Append(close);
        }

        private void NewLine(int depth)
        {
            if (space is Space.Two or Space.Four or Space.Tab)
            {
                _text.Append('\n').Append(space is Space.Tab ? '\t' : ' ', depth * (space is Space.Two ? 2 : space is Space.Four ? 4 : 1));
            }
        }

        private void Quote(string text)
        {
            _text.Append('"');
            foreach (var letter in text)
            {
                Put(letter);
            }

            _text.Append('"');
        }

        private void Put(char letter)
        {
            switch (letter)
            {
                case '"' or '\\':
                    _text.Append('\\').Append(letter);
                    break;
                case '\n':
                    _text.Append("\\n");
                    break;
                case '\r':
                    _text.Append("\\r");
                    break;
                case '\t':
                    _text.Append("\\t");
                    break;
                case '\b':
                    _text.Append("\\b");
                    break;
                case '\f':
                    _text.Append("\\f");
                    break;
                case '/' when escape is Escape.Slash or Escape.SlashAscii:
                    _text.Append("\\/");
                    break;
                case '<' or '>' or '&' or '\u2028' or '\u2029' when escape is Escape.Html:
                    Escaped(letter);
                    break;
                case >= '\u0080' when escape is Escape.Ascii or Escape.SlashAscii:
                case < ' ':
                    Escaped(letter);
                    break;
                default:
                    _text.Append(letter);
                    break;
            }
        }

        private void Escaped(char letter) => _text.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
    }
}
