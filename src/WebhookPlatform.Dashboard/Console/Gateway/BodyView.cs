using System.Text;
using System.Text.Unicode;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>A body for people: pretty if it is JSON, as text if it is text, else as bytes; cut where it gets too long to read.</summary>
/// <param name="PrettyHtml">Encoded HTML of indented JSON; null when it is none.</param>
/// <param name="Raw">Plain text, not encoded.</param>
/// <param name="Note">What is not shown or not as sent; empty if all is.</param>
public sealed record BodyView(string? PrettyHtml, string Raw, string Note)
{
    private const int MostText = 64 * 1024;
    private const int MostBytes = 1024;

    /// <summary>Shows <paramref name="body"/>, the start of one of <paramref name="size"/> bytes.</summary>
    public static BodyView Of(ReadOnlySpan<byte> body, long size)
    {
        if (body.IsEmpty)
        {
            return new(null, "", "The body is empty.");
        }

        var shown = body[..Math.Min(body.Length, MostText)];
        var cut = shown.Length < size ? $"The first {Numbers.Count(shown.Length)} of {Numbers.Count(size)} bytes." : "";
        if (Text(shown) is { } text)
        {
            return new(cut.Length == 0 ? PrettyJson.ToHtml(body) : null, text, cut);
        }

        var bytes = body[..Math.Min(body.Length, MostBytes)];
        return new(null, Convert.ToHexString(bytes), $"Not text; the first {Numbers.Count(bytes.Length)} of {Numbers.Count(size)} bytes in hexadecimal.");
    }

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        // A cut may fall inside a character, which has four bytes at most.
        for (var spare = 0; spare < Math.Min(4, bytes.Length); spare++)
        {
            if (Utf8.IsValid(bytes[..^spare]))
            {
                return Encoding.UTF8.GetString(bytes[..^spare]);
            }
        }

        return null;
    }
}
