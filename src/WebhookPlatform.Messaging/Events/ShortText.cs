namespace WebhookPlatform.Messaging.Events;

/// <summary>Text from outside, made fit for a column of a certain length.</summary>
public static class ShortText
{
    /// <summary>At most <paramref name="longest"/> UTF-16 units of <paramref name="text"/>, an ellipsis in place of what is cut off; without what PostgreSQL cannot store: the null character and half a surrogate pair.</summary>
    public static string Of(string text, int longest)
    {
        var storable = text.Replace('\0', ' ');
        if (storable.Length <= longest)
        {
            return storable;
        }

        var cut = char.IsHighSurrogate(storable[longest - 2]) ? longest - 2 : longest - 1;
        return storable[..cut] + "…";
    }
}
