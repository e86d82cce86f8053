using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WebhookPlatform.Messaging.Work;

/// <summary>Deletes finished rows of one work table after <paramref name="keep"/>; what their foreign keys cascade to goes with them.</summary>
public sealed partial class WorkRetention<TContext, TItem>(IDbContextFactory<TContext> contexts, TimeSpan keep, TimeProvider clock, ILogger<WorkRetention<TContext, TItem>> logger) : BackgroundService
    where TContext : DbContext
    where TItem : WorkItem
{
    private const int BatchSize = 5000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(logger, typeof(TItem).Name, failure.GetBaseException().Message);
            }
        }
    }

    /// <summary>Deletes what is old now, in batches that lock few rows at a time.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var horizon = clock.GetUtcNow() - keep;
        int deleted;
        do
        {
            deleted = await db.Set<TItem>()
                .Where(item => item.State != WorkState.Pending && item.FinishedAt < horizon)
                .OrderBy(item => item.FinishedAt)
                .Take(BatchSize)
                .ExecuteDeleteAsync(cancellationToken);
        }
        while (deleted == BatchSize);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old rows of {Kind} are kept for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string kind, string reason);
}
