using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Messaging.Inbox;

/// <summary>Forgets claims and dead letters that are older than any redelivery can be.</summary>
internal sealed partial class InboxRetention(Purge purge, IOptions<MessagingOptions> options, TimeProvider clock, ILogger<InboxRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(logger, failure.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var horizon = clock.GetUtcNow() - options.Value.InboxRetention;
        await purge.DeleteAsync("inbox", "claimed_at", horizon, cancellationToken);
        await purge.DeleteAsync("dead_letters", "at", horizon, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old inbox entries are kept for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
