using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Text;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Notifications;

namespace WebhookPlatform.Notifications.Channels;

/// <summary>E-mail to one or several addresses, all in one mail.</summary>
public sealed class EmailChannel(IMailTransport transport, IOptions<NotificationsOptions> options) : INotificationChannel
{
    // Nobody reads it: it stands in files that show what would be sent.
    private const string FolderRecipient = "ops@example.com";

    public string Name => "email";

    public string? Resolve(string? target, out string? problem) =>
        Addresses(target, out problem) is { } addresses ? string.Join(", ", addresses) : null;

    public string? Mask(string? target) => target;

    public string Describe(string? target) => target is null ? "E-mail" : $"E-mail to {target}";

    public Task<WorkOutcome> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        // Checked when it was planned; this is for rows of an older version, and for those retried once there is a default recipient.
        if (Addresses(notification.Target, out var problem) is not { } recipients)
        {
            return Task.FromResult<WorkOutcome>(new WorkOutcome.Rejected(problem!));
        }

        return transport.SendAsync(Compose(notification, recipients, options.Value.Smtp.From), notification.Id, cancellationToken);
    }

    /// <summary>The mail for a notification; the same each time, so that a mail that was sent twice can be recognized by its Message-ID.</summary>
    internal static MimeMessage Compose(Notification notification, IEnumerable<MailboxAddress> recipients, string from)
    {
        var message = new MimeMessage
        {
            Subject = notification.Title,
            Date = notification.CreatedAt,
            MessageId = $"{notification.Id}@webhookplatform",
            Body = new TextPart(TextFormat.Plain) { Text = notification.Body },
        };
        message.From.Add(MailboxAddress.Parse(from));
        message.To.AddRange(recipients);

        // RFC 3834: keeps vacation notices from answering.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Webhook-Event-Id", notification.EventId.ToString());
        return message;
    }

    private IReadOnlyList<MailboxAddress>? Addresses(string? target, out string? problem)
    {
        var (mail, smtp) = (options.Value.Mail, options.Value.Smtp);
        var recipients = !string.IsNullOrWhiteSpace(target) ? target
            : !string.IsNullOrWhiteSpace(mail.DefaultRecipient) ? mail.DefaultRecipient
            : smtp.Host.Length == 0 ? FolderRecipient
            : null;
        if (recipients is null)
        {
            problem = "No address is given, and there is no default: set Notifications:Mail:DefaultRecipient (MAIL_TO for Docker Compose), or give an address.";
            return null;
        }

        return MailAddresses.Read(recipients, out problem);
    }
}

/// <summary>Where mail goes.</summary>
public interface IMailTransport
{
    /// <summary>For the log, e.g. <c>smtp.example.com:587</c>.</summary>
    string Destination { get; }

    /// <param name="id">The same for every attempt at the same mail.</param>
    Task<WorkOutcome> SendAsync(MimeMessage message, Guid id, CancellationToken cancellationToken);
}
