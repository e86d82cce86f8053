namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Keeps what senders write within what can be stored, indexed and shown.</summary>
public static class CleanText
{
    /// <summary>Longest id, type or other name, in characters: fits a database index with room to spare.</summary>
    public const int MaxName = 200;

    /// <summary>Longest free text in an event, in characters: messages stay far below what brokers and consumers can take at once.</summary>
    public const int MaxFree = 8_000;

    /// <summary>An id, a type or another name: null when it is empty, longer than <see cref="MaxName"/>, or has control characters. Cutting it could make two different ids one.</summary>
    public static string? Name(string? text) => Bounded(text, MaxName);

    /// <summary>Like <see cref="Name"/>, with another limit.</summary>
    public static string? Bounded(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text) || text.Length > maxLength)
        {
            return null;
        }

        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return null;
            }
        }

        return text;
    }

    /// <summary>Free text, cut to <see cref="MaxFree"/> (the stored body has all of it); NUL, which PostgreSQL's text cannot hold, becomes the replacement character.</summary>
    public static string Free(string text)
    {
        if (text.Length > MaxFree)
        {
            text = text[..(char.IsHighSurrogate(text[MaxFree - 1]) ? MaxFree - 1 : MaxFree)];
        }

        return text.Replace('\0', '\uFFFD');
    }
}
