using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Ledger;

namespace WebhookPlatform.Messaging.Inbox;

/// <summary>Forgets claims and dead letters that are older than any redelivery can be.</summary>
internal sealed partial class InboxRetention<TContext>(IDbContextFactory<TContext> contexts, IOptions<MessagingOptions> options, TimeProvider clock, ILogger<InboxRetention<TContext>> logger)
    : BackgroundService
    where TContext : DbContext
{
    private const int BatchSize = 5000;
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

    // In batches that lock few rows at a time.
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var horizon = clock.GetUtcNow() - options.Value.InboxRetention;
        int deleted;
        do
        {
            deleted = await db.Set<InboxEntry>().Where(entry => entry.ClaimedAt < horizon).Take(BatchSize).ExecuteDeleteAsync(cancellationToken);
        }
        while (deleted == BatchSize);

        await db.Set<DeadLetter>().Where(dead => dead.At < horizon).ExecuteDeleteAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old inbox entries are kept for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
