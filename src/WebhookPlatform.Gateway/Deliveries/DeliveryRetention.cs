using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Quarantine;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>Configuration section <c>Gateway</c>: how long things are kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>Days that deliveries, with their raw bodies, are kept: 1 to 3650.</summary>
    [Range(1, 3650, ErrorMessage = "Gateway:KeepDeliveriesDays must be between 1 and 3650.")]
    public int KeepDeliveriesDays { get; set; } = 90;

    /// <summary>Days after its last delivery during which an event id is recognized as a repeat: 1 to 3650. Providers stop retrying within days.</summary>
    [Range(1, 3650, ErrorMessage = "Gateway:KeepClaimsDays must be between 1 and 3650.")]
    public int KeepClaimsDays { get; set; } = 30;
}

/// <summary>Makes the partitions of days to come and lets go of what is past its time, every hour and at start.</summary>
public sealed partial class DeliveryRetention(
    DeliveryPartitions partitions, Purge purge, IOptions<RetentionOptions> options, IOptions<QuarantineOptions> quarantine, TimeProvider clock, ILogger<DeliveryRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UsesKept = TimeSpan.FromDays(90);
    private static readonly TimeSpan AuditKept = TimeSpan.FromDays(730);

    /// <summary>Does what is due now.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await partitions.CreateAsync(cancellationToken);
        foreach (var day in await partitions.DropAsync(DateOnly.FromDateTime(now.UtcDateTime).AddDays(-options.Value.KeepDeliveriesDays), cancellationToken))
        {
            LogDropped(logger, day);
        }

        await purge.DeleteAsync("claims", "last_seen_at", now.AddDays(-options.Value.KeepClaimsDays), cancellationToken);
        await purge.DeleteAsync("replays", "requested_at", now.AddDays(-options.Value.KeepDeliveriesDays), cancellationToken);
        await purge.DeleteAsync("quarantine", "received_at", now.AddDays(-Math.Min(quarantine.Value.KeepDays, options.Value.KeepClaimsDays)), cancellationToken);
        await purge.DeleteAsync("source_secrets", "retired_at", now - SecretBook.Remembered, cancellationToken);
        await purge.DeleteAsync("secret_uses", "hour", now - UsesKept, cancellationToken);
        await purge.DeleteAsync("recoveries", "finished_at", now.AddDays(-options.Value.KeepDeliveriesDays), cancellationToken);
        await purge.DeleteAsync("audit", "at", now - AuditKept, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                await MaintainAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Nothing is lost meanwhile: rows without a partition of their day go to the default one.
                LogPostponed(logger, failure.GetBaseException().Message);
                pause = RetryInterval;
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deliveries of {Day} are past their time and were dropped")]
    private static partial void LogDropped(ILogger logger, DateOnly day);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The upkeep of deliveries is postponed: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
