using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Dashboard.Storage;

/// <summary>Deletes read models past their time, in small batches: no delete holds locks or the log for long. Payments and their days are kept.</summary>
public sealed partial class Retention(NpgsqlDataSource database, IOptions<DashboardOptions> options, TimeProvider clock, ILogger<Retention> logger) : BackgroundService
{
    private const int BatchSize = 5000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Deletes what is past its time now.</summary>
    /// <returns>Rows deleted.</returns>
    public async Task<long> PurgeAsync(CancellationToken cancellationToken)
    {
        var today = clock.GetUtcNow();
        var activity = today.AddDays(-options.Value.KeepActivityDays);
        var minutes = today.AddDays(-options.Value.KeepMinutesDays);
        return await PurgeAsync("activities", "at", activity, cancellationToken)
            + await PurgeAsync("alerts", "at", activity, cancellationToken)
            + await PurgeAsync("subjects", "latest_at", activity, cancellationToken)
            + await PurgeAsync("ledger_minutes", "minute", activity, cancellationToken)
            + await PurgeAsync("ledger_answers", "minute", activity, cancellationToken)
            + await PurgeAsync("ledger_gaps", "minute", activity, cancellationToken)
            + await PurgeAsync("event_minutes", "minute", minutes, cancellationToken)
            + await PurgeAsync("ingress_minutes", "minute", minutes, cancellationToken);
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

    private async Task<long> PurgeAsync(string table, string column, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // Replicas purge at the same time: each takes rows that the others have not locked.
        var sql = $"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE {column} < $1 ORDER BY {column} LIMIT {BatchSize} FOR UPDATE SKIP LOCKED))";
        for (long total = 0; ;)
        {
            await using var command = database.CreateCommand(sql);
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            var deleted = await command.ExecuteNonQueryAsync(cancellationToken);
            total += deleted;
            if (deleted < BatchSize)
            {
                return total;
            }

            await Task.Delay(Pause, clock, cancellationToken);
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
