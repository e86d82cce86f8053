using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Dashboard.Storage;

/// <summary>Deletes read models past their time. Payments and their days are kept.</summary>
public sealed partial class Retention(Purge purge, IOptions<DashboardOptions> options, TimeProvider clock, ILogger<Retention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    /// <summary>Deletes what is past its time now.</summary>
    /// <returns>Rows deleted.</returns>
    public async Task<long> PurgeAsync(CancellationToken cancellationToken)
    {
        var today = clock.GetUtcNow();
        var activity = today.AddDays(-options.Value.KeepActivityDays);
        var minutes = today.AddDays(-options.Value.KeepMinutesDays);
        return await purge.DeleteAsync("activities", "at", activity, cancellationToken)
            + await purge.DeleteAsync("alerts", "at", activity, cancellationToken)
            + await purge.DeleteAsync("subjects", "latest_at", activity, cancellationToken)
            + await purge.DeleteAsync("ledger_minutes", "minute", activity, cancellationToken)
            + await purge.DeleteAsync("ledger_answers", "minute", activity, cancellationToken)
            + await purge.DeleteAsync("ledger_gaps", "minute", activity, cancellationToken)
            + await purge.DeleteAsync("event_minutes", "minute", minutes, cancellationToken)
            + await purge.DeleteAsync("ingress_minutes", "minute", minutes, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (Exception failure) when (Outage.Is(failure))
            {
                LogPostponed(logger, failure.GetBaseException().Message);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Rows that stay too long are no reason to end the dashboard.
                LogFailed(logger, failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old rows are kept for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Old rows could not be deleted; it is tried again in half an hour.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}

internal static class RetentionService
{
    public static void AddRetention(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DashboardOptions>().BindConfiguration("Dashboard").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Retention>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<Retention>());
    }
}
