using Microsoft.Extensions.Options;
using MimeKit;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Notifications.Channels;

/// <summary>Writes mail as <c>{notification id}.eml</c> to a folder, for those who have no mail server: any mail program opens it.</summary>
internal sealed class FolderTransport : IMailTransport
{
    private readonly string _folder;

    public FolderTransport(IOptions<NotificationsOptions> options, IHostEnvironment environment)
    {
        var configured = options.Value.MailFolder;
        if (configured.Length > 0)
        {
            _folder = Path.GetFullPath(configured, environment.ContentRootPath);
            return;
        }

        // In a container the content root is usually read-only.
        var beside = Path.Combine(environment.ContentRootPath, ".run", "mail");
        _folder = CanWrite(beside) ? beside : Path.Combine(Path.GetTempPath(), "webhookplatform-mail");
    }

    public string Destination => $"the folder {_folder} (no Notifications:Smtp:Host is set)";

    public async Task<WorkOutcome> SendAsync(MimeMessage message, Guid id, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, $"{id}.eml");

        // Under another name first, so that nobody finds half a mail; the same name each time, so that an attempt made again replaces it.
        var unfinished = Path.Combine(_folder, $".{id}.tmp");
        await message.WriteToAsync(unfinished, cancellationToken);
        File.Move(unfinished, file, overwrite: true);
        return new WorkOutcome.Succeeded();
    }

    private static bool CanWrite(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = File.Create(Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
