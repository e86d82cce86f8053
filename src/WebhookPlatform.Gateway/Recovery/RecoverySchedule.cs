using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>Makes the runs of sources that have <c>Recovery:Every</c> when it is time.</summary>
public sealed partial class RecoverySchedule(RecoveryRuns runs, SourceDirectory sources, RecoveryWorker worker, TimeProvider clock, ILogger<RecoverySchedule> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var source in sources.All.Where(source => source.Recovery?.Every is not null))
            {
                await ScheduleAsync(source, stoppingToken);
            }

            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ScheduleAsync(Source source, CancellationToken cancellationToken)
    {
        try
        {
            if (await runs.ScheduleAsync(source, cancellationToken) is not null)
            {
                worker.Wake();
            }
        }
        catch (Exception failure)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogPostponed(logger, source.Name, failure.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for missed webhooks of source {Source} is postponed: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string source, string reason);
}
