using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WebhookPlatform.Simulators.Payloads;

/// <summary>
/// Turns a JSON text with holes into bytes. Strings put into the holes are escaped, numbers and booleans written as JSON writes them;
/// so a simulator can show its payload the way the provider's documentation does.
/// </summary>
internal static class Payload
{
    private static readonly JsonWriterOptions CompactOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Keeps the layout of the template, as providers do that send indented JSON.</summary>
    public static byte[] Indented(FormattableString template) => Encoding.UTF8.GetBytes(Fill(template));

    /// <summary>Removes all space between tokens.</summary>
    public static byte[] Compact(FormattableString template)
    {
        using var document = JsonDocument.Parse(Fill(template));
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, CompactOptions))
        {
            document.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    /// <summary>A piece of JSON to be put into another template as it is.</summary>
    public static JsonPiece Piece(FormattableString template) => new(Fill(template));

    private static string Fill(FormattableString template) =>
        string.Format(CultureInfo.InvariantCulture, template.Format, Array.ConvertAll(template.GetArguments(), Escape));

    private static object? Escape(object? value) => value switch
    {
        null => "null",
        string text => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        bool truth => truth ? "true" : "false",
        _ => value,
    };
}

/// <summary>JSON text that is already escaped.</summary>
internal readonly record struct JsonPiece(string Text)
{
    public override string ToString() => Text;
}
