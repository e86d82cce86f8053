using MimeKit;

namespace WebhookPlatform.Notifications.Channels;

/// <summary>E-mail addresses as operators write them: one, or several separated by commas.</summary>
internal static class MailAddresses
{
    private const int Most = 20;

    /// <summary>The addresses, or null and what to fix.</summary>
    public static IReadOnlyList<MailboxAddress>? Read(string text, out string? problem)
    {
        problem = null;
        if (text.Any(char.IsControl) || !InternetAddressList.TryParse(text, out var list) || list.Count == 0)
        {
            problem = "It must be an e-mail address, e.g. ops@example.com, or several separated by commas.";
            return null;
        }

        if (list.FirstOrDefault(address => address is not MailboxAddress mailbox || !IsComplete(mailbox)) is { } wrong)
        {
            problem = $"'{wrong}' is not a complete e-mail address like ops@example.com.";
            return null;
        }

        if (list.Count > Most)
        {
            problem = $"At most {Most} addresses; a mailing list holds more.";
            return null;
        }

        return [.. list.Cast<MailboxAddress>()];
    }

    private static bool IsComplete(MailboxAddress mailbox)
    {
        var at = mailbox.Address.LastIndexOf('@');
        return at > 0 && at < mailbox.Address.Length - 1 && mailbox.Address.Length <= 254 && !mailbox.Address.Any(char.IsWhiteSpace);
    }
}
