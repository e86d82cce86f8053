using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>Writes JSON as indented HTML with a class per kind of token. Strings and numbers stay as they were sent, escapes and repeated keys included.</summary>
public static class PrettyJson
{
    private const int MostCharacters = 200_000;

    /// <summary>The HTML, every byte of the input encoded; null when the input is not JSON or too long to be read by people.</summary>
    public static string? ToHtml(ReadOnlySpan<byte> json)
    {
        var html = new StringBuilder();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow });
        var previous = JsonTokenType.None;
        try
        {
            while (reader.Read())
            {
                Separate(html, ref reader, previous);
                Write(html, ref reader);
                previous = reader.TokenType;
                if (html.Length > MostCharacters)
                {
                    return null;
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return html.ToString();
    }

    private static void Separate(StringBuilder html, ref Utf8JsonReader reader, JsonTokenType previous)
    {
        var opens = previous is JsonTokenType.StartObject or JsonTokenType.StartArray;
        var closes = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
        if (previous is JsonTokenType.None or JsonTokenType.PropertyName || (opens && closes))
        {
            return;
        }

        html.Append(opens || closes ? "\n" : ",\n").Append(' ', 2 * reader.CurrentDepth);
    }

    private static void Write(StringBuilder html, ref Utf8JsonReader reader)
    {
        _ = reader.TokenType switch
        {
            JsonTokenType.StartObject => html.Append('{'),
            JsonTokenType.EndObject => html.Append('}'),
            JsonTokenType.StartArray => html.Append('['),
            JsonTokenType.EndArray => html.Append(']'),
            JsonTokenType.PropertyName => Span(html, "key", $"\"{Text(ref reader)}\"").Append(": "),
            JsonTokenType.String => Span(html, "string", $"\"{Text(ref reader)}\""),
            JsonTokenType.Number => Span(html, "number", Text(ref reader)),
            _ => Span(html, "word", Text(ref reader)),
        };
    }

    private static StringBuilder Span(StringBuilder html, string kind, string text) =>
        html.Append("<span class=\"").Append(kind).Append("\">").Append(HtmlEncoder.Default.Encode(text)).Append("</span>");

    private static string Text(ref Utf8JsonReader reader) => Encoding.UTF8.GetString(reader.ValueSpan);
}
