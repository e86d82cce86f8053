using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;

namespace WebhookPlatform.Notifications;

/// <summary>Configuration section <c>Notifications</c>.</summary>
public sealed class NotificationsOptions
{
    /// <summary>Where e-mail is written as files while no SMTP host is set; relative to the content root. Default: <c>.run/mail</c> there, or the system's temporary folder where that cannot be written.</summary>
    public string MailFolder { get; set; } = "";

    public SmtpOptions Smtp { get; } = new();

    public MailOptions Mail { get; } = new();

    public SendingOptions Sending { get; } = new();

    /// <summary>How long finished notifications are kept.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);
}

/// <summary>Configuration section <c>Notifications:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>Mail server; empty for none.</summary>
    public string Host { get; set; } = "";

    public int Port { get; set; } = 587;

    /// <summary>Empty to send without logging in.</summary>
    public string User { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Sender of all mail, e.g. <c>Webhooks &lt;webhooks@example.com&gt;</c>.</summary>
    public string From { get; set; } = "WebhookPlatform <webhooks@localhost>";

    /// <summary>True: refuse to send without TLS (from the first byte on port 465, STARTTLS elsewhere). False: never TLS. Not set: required with a user, else used where offered.</summary>
    public bool? UseTls { get; set; }

    /// <summary>Longest wait for any one answer of the server.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Configuration section <c>Notifications:Mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>Who gets e-mail of subscriptions that name no address. Empty for nobody: such mail is dead, unless it only goes to files.</summary>
    public string DefaultRecipient { get; set; } = "";
}

/// <summary>Configuration section <c>Notifications:Sending</c>.</summary>
public sealed class SendingOptions
{
    /// <summary>Sends under way at once in this process.</summary>
    public int Parallelism { get; set; } = 8;

    /// <summary>After that many failed attempts a notification is dead.</summary>
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Upper bound of the first pause; it doubles with every attempt.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Upper bound of any pause.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest time for one attempt; longer than the timeouts of SMTP and HTTP, or it hides them.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long sends under way may go on when the service stops, before they are broken off and left to the next process.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(5);

    // The lease outlasts the attempt and the recording of its outcome.
    internal WorkSettings ToWorkSettings() => new(Parallelism, MaxAttempts, FirstPause, LongestPause, Lease: AttemptTimeout + TimeSpan.FromSeconds(30)) { StopGrace = StopGrace };
}

internal sealed class NotificationsOptionsRules : IValidateOptions<NotificationsOptions>
{
    public ValidateOptionsResult Validate(string? name, NotificationsOptions options)
    {
        var failures = Failures(options).ToList();
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Failures(NotificationsOptions options)
    {
        var (smtp, sending) = (options.Smtp, options.Sending);
        if (smtp.Port is < 1 or > 65535)
        {
            yield return "Notifications:Smtp:Port must be between 1 and 65535, e.g. 587.";
        }

        if (MailAddresses.Read(smtp.From, out _) is not { Count: 1 })
        {
            yield return "Notifications:Smtp:From must be one address, e.g. 'Webhooks <webhooks@example.com>'.";
        }

        if (smtp is { User.Length: > 0, UseTls: false })
        {
            yield return "Notifications:Smtp:UseTls must not be false with a user: the password would travel in the clear.";
        }

        if (!string.IsNullOrWhiteSpace(options.Mail.DefaultRecipient) && MailAddresses.Read(options.Mail.DefaultRecipient, out _) is null)
        {
            yield return "Notifications:Mail:DefaultRecipient must be an address, e.g. ops@example.com, or left out.";
        }

        if (sending is { Parallelism: < 1 } or { MaxAttempts: < 1 })
        {
            yield return "Notifications:Sending:Parallelism and :MaxAttempts must be at least 1.";
        }

        if (sending.FirstPause <= TimeSpan.Zero || sending.LongestPause < sending.FirstPause || sending.AttemptTimeout <= TimeSpan.Zero || sending.StopGrace < TimeSpan.Zero || smtp.Timeout <= TimeSpan.Zero || options.Retention <= TimeSpan.Zero)
        {
            yield return "Notifications:Sending:FirstPause, :LongestPause, :AttemptTimeout, :StopGrace, Notifications:Smtp:Timeout and Notifications:Retention must be positive times, the longest pause not shorter than the first.";
        }
    }
}
