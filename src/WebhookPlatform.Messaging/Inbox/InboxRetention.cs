using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Messaging.Inbox;

/// <summary>Forgets claims that are older than any redelivery can be.</summary>
internal sealed partial class InboxRetention<TContext>(IDbContextFactory<TContext> contexts, IOptions<MessagingOptions> options, TimeProvider clock, ILogger<InboxRetention<TContext>> logger)
    : BackgroundService
    where TContext : DbContext
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var db = await contexts.CreateDbContextAsync(stoppingToken);
                var horizon = clock.GetUtcNow() - options.Value.InboxRetention;
                await db.Set<InboxEntry>().Where(entry => entry.ClaimedAt < horizon).ExecuteDeleteAsync(stoppingToken);
            }
            catch (Exception failure) when (Outage.Is(failure))
            {
                LogPostponed(logger, failure.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old inbox entries are kept for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
