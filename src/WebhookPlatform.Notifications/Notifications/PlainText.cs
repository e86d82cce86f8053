using System.Text;

namespace WebhookPlatform.Notifications.Notifications;

/// <summary>Makes text from templates and events safe to store and send: it comes from outside and may hold anything.</summary>
internal static class PlainText
{
    private const int LongestLine = 300;
    private const int LongestBlock = 16_000;

    /// <summary>One line without control characters, so that it cannot end a mail header.</summary>
    public static string Line(string text) => Clean(text, LongestLine, keepLines: false).Trim();

    /// <summary>Lines and tabs are kept, other control characters are not: PostgreSQL refuses U+0000.</summary>
    public static string Block(string text) => Clean(text, LongestBlock, keepLines: true).Trim();

    private static string Clean(string text, int longest, bool keepLines)
    {
        var clean = new StringBuilder(Math.Min(text.Length, longest));

        // Half surrogate pairs, which UTF-8 cannot express, are enumerated as U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= longest)
            {
                clean.Append('…');
                break;
            }

            if (!Rune.IsControl(rune) || (keepLines && rune.Value is '\n' or '\t'))
            {
                clean.Append(IsLineSeparator(rune) && !keepLines ? " " : rune.ToString());
            }
            else if (!keepLines)
            {
                clean.Append(' ');
            }
        }

        return clean.ToString();
    }

    private static bool IsLineSeparator(Rune rune) => rune.Value is 0x2028 or 0x2029;
}
