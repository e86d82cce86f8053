using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>Makes runs. A source has one at a time, which the database sees to, so that replicas and operators need not agree.</summary>
public sealed class RecoveryRuns(IDbContextFactory<GatewayDbContext> contexts, ClaimHorizons horizons, TimeProvider clock)
{
    // More than clocks differ and a list may lag.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>Before this, event ids may have been forgotten: what came then would be taken for missed. Nothing is recovered from before.</summary>
    public DateTimeOffset HorizonOf(Source source) => clock.GetUtcNow() - horizons.Of(source) + Overlap;

    /// <summary>What is younger may still be on its way.</summary>
    public DateTimeOffset Settled(RecoverySettings settings) => clock.GetUtcNow() - settings.Grace;

    /// <summary>Makes a run that an operator wants.</summary>
    /// <param name="since">Before <paramref name="until"/>; an earlier time than <see cref="HorizonOf"/> stands for that.</param>
    /// <param name="audit">Written with it.</param>
    /// <returns>Null when the source has one under way.</returns>
    public Task<RecoveryRun?> RequestAsync(Source source, DateTimeOffset since, DateTimeOffset until, Func<RecoveryRun, AuditEntry> audit, CancellationToken cancellationToken) =>
        AddAsync(New(source, RecoveryTrigger.Command, since, until), audit, cancellationToken);

    /// <summary>Makes the run that a source's schedule wants, if it is time.</summary>
    /// <returns>Null when it is not, or the source has one under way.</returns>
    public async Task<RecoveryRun?> ScheduleAsync(Source source, CancellationToken cancellationToken)
    {
        if (source.Recovery is not { Every: { } every } settings)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = db.Recoveries.AsNoTracking().Where(run => run.Source == source.Name);
        var now = clock.GetUtcNow();
        if (await runs.AnyAsync(run => run.State == WorkState.Pending || (run.Trigger == RecoveryTrigger.Schedule && run.CreatedAt > now - every), cancellationToken))
        {
            return null;
        }

        // What a run that was given up has left is done by the next.
        var done = await runs.Where(run => run.Trigger == RecoveryTrigger.Schedule && run.State == WorkState.Succeeded).MaxAsync(run => (DateTimeOffset?)run.Until, cancellationToken);
        var until = Settled(settings);
        var since = done is { } last ? last - Overlap : until - settings.Lookback;
        return since < until ? await AddAsync(New(source, RecoveryTrigger.Schedule, since, until), audit: null, cancellationToken) : null;
    }

    private RecoveryRun New(Source source, RecoveryTrigger trigger, DateTimeOffset since, DateTimeOffset until)
    {
        var now = clock.GetUtcNow();
        var horizon = HorizonOf(source);
        return new RecoveryRun
        {
            Id = Guid.CreateVersion7(now),
            Source = source.Name,
            Trigger = trigger,
            Since = (since < horizon ? horizon : since).ToUniversalTime(),
            Until = until.ToUniversalTime(),
            CreatedAt = now,
            DueAt = now,
        };
    }

    private async Task<RecoveryRun?> AddAsync(RecoveryRun run, Func<RecoveryRun, AuditEntry>? audit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Recoveries.Add(run);
        if (audit is not null)
        {
            db.Audit.Add(audit(run));
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return run;
        }
        catch (DbUpdateException rival) when (rival.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null;
        }
    }
}
