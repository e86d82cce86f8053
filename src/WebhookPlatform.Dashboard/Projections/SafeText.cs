using System.Text;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>Text from outside, made fit for a line of a page and for PostgreSQL, which takes neither NUL nor half a surrogate pair.</summary>
public static class SafeText
{
    /// <summary>Longest identifier kept: source, type, payment id.</summary>
    public const int Name = 200;

    /// <summary>Longest line for people.</summary>
    public const int Line = 300;

    /// <summary>Longest paragraph for people.</summary>
    public const int Paragraph = 2000;

    /// <summary>At most <paramref name="longest"/> characters, an ellipsis included when something was cut; control characters become spaces.</summary>
    public static string Clip(string? text, int longest)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var kept = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (kept.Length + rune.Utf16SequenceLength > longest)
            {
                while (kept.Length > 0 && (kept.Length >= longest || char.IsHighSurrogate(kept[^1])))
                {
                    kept.Length--;
                }

                return kept.Append('…').ToString();
            }

            kept.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return kept.ToString();
    }
}
