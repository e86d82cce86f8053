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

    /// <summary>Days after its last delivery during which an event id is recognized as a repeat, instead of what the providers say: 1 to 3650; not set: theirs. See <see cref="ClaimHorizons"/>.</summary>
    [Range(1, ClaimHorizons.MostDays, ErrorMessage = "Gateway:KeepClaimsDays must be between 1 and 3650.")]
    public int? KeepClaimsDays { get; set; }
}

/// <summary>Makes the partitions of days to come and lets go of what is past its time, every hour and at start.</summary>
public sealed partial class DeliveryRetention(
    DeliveryPartitions partitions, Purge purge, ClaimHorizons horizons, SourceDirectory sources, QuarantineStore quarantine,
    IOptions<RetentionOptions> options, IOptions<QuarantineOptions> quarantineOptions, TimeProvider clock, ILogger<DeliveryRetention> logger)
    : BackgroundService
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

        await purge.DeleteAsync("replays", "requested_at", now.AddDays(-options.Value.KeepDeliveriesDays), cancellationToken);
        await PurgeQuarantineAsync(now, cancellationToken);
        await purge.DeleteAsync("source_secrets", "retired_at", now - SecretBook.Remembered, cancellationToken);
        await purge.DeleteAsync("secret_uses", "hour", now - UsesKept, cancellationToken);
        await purge.DeleteAsync("recoveries", "finished_at", now.AddDays(-options.Value.KeepDeliveriesDays), cancellationToken);
        await purge.DeleteAsync("audit", "at", now - AuditKept, cancellationToken);
        await PurgeClaimsAsync(now, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = Interval;
            try
            {
                await MaintainAsync(stoppingToken);
                pause = sources.IsLoaded ? Interval : RetryInterval;
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

    // The longest horizon counts for all: the oldest end of the table goes at once, by an index of a few pages. What is past its own source's is taken over where it lies (see ExpiredClaims).
    private async Task PurgeClaimsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (horizons.Longest is { } longest)
        {
            await purge.DeleteAsync("claims", "last_seen_at", now - longest, cancellationToken);
        }
        else if (sources.IsLoaded)
        {
            LogClaimsKept(logger);
        }
    }

    private async Task PurgeQuarantineAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var keep = quarantineOptions.Value.KeepDays;
        await purge.DeleteAsync("quarantine", "received_at", now.AddDays(-keep), cancellationToken);
        foreach (var source in sources.All.Where(source => horizons.DaysOf(source) < keep))
        {
            await quarantine.ForgetAsync(source.Name, now - horizons.Of(source), cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No event id is forgotten for now: a source made through the API cannot be used, so nobody knows how long its event ids count")]
    private static partial void LogClaimsKept(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deliveries of {Day} are past their time and were dropped")]
    private static partial void LogDropped(ILogger logger, DateOnly day);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The upkeep of deliveries is postponed: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);
}
