using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Notifications.Channels;

/// <summary>
/// Sends by SMTP, one connection a mail. The server takes all recipients or the mail is not sent: a part of them could not be tried again
/// without telling the others twice.
/// </summary>
internal sealed partial class SmtpTransport(IOptions<NotificationsOptions> options, ILogger<SmtpTransport> logger) : IMailTransport
{
    private readonly SmtpOptions _smtp = options.Value.Smtp;

    public string Destination => $"the SMTP server {_smtp.Host}:{_smtp.Port} ({Security})";

    private SecureSocketOptions Security => (_smtp.UseTls ?? (_smtp.User.Length > 0 ? true : null), _smtp.Port) switch
    {
        (false, _) => SecureSocketOptions.None,
        (_, 465) => SecureSocketOptions.SslOnConnect,
        (true, _) => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };

    public async Task<WorkOutcome> SendAsync(MimeMessage message, Guid id, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient { Timeout = (int)_smtp.Timeout.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(_smtp.Host, _smtp.Port, Security, cancellationToken);
            if (_smtp.User.Length > 0)
            {
                await client.AuthenticateAsync(_smtp.User, _smtp.Password, cancellationToken);
            }

            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException refused)
        {
            return Judge(refused);
        }
        catch (AuthenticationException refused)
        {
            // The mail is not at fault: it goes out once somebody has mended the configuration.
            return new WorkOutcome.Failed($"The mail server does not accept the user: {refused.Message}");
        }

        await LeaveAsync(client, id, cancellationToken);
        return new WorkOutcome.Succeeded();
    }

    // RFC 5321, 4.2.1: 4yz asks to try again, 5yz not to.
    private static WorkOutcome Judge(SmtpCommandException refused)
    {
        var about = refused.Mailbox is { } mailbox ? $" for {mailbox.Address}" : "";
        var error = $"The mail server answered {(int)refused.StatusCode}{about}: {refused.Message}";
        return (int)refused.StatusCode >= 500 ? new WorkOutcome.Rejected(error) : new WorkOutcome.Failed(error);
    }

    // The server has taken the mail: whatever happens to the farewell does not make it unsent.
    private async Task LeaveAsync(SmtpClient client, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception failure)
        {
            LogFarewell(logger, id, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The mail of notification {Id} was taken, but the connection did not end well: {Reason}")]
    private static partial void LogFarewell(ILogger logger, Guid id, string reason);
}
