using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>Does runs, a page a step: asks the provider for the page and lets in what is not here. A provider that is away, slow or wants to be asked less often makes the run wait at its place in the list.</summary>
public sealed partial class RecoveryWorker(
    IDbContextFactory<GatewayDbContext> contexts, SourceDirectory sources, RecoveryIntake intake, RecoveryRuns runs, IProviderQueries queries, TimeProvider clock, ILogger<RecoveryWorker> logger)
    : Worker<GatewayDbContext, RecoveryRun>(contexts, Settings, clock, logger)
{
    // Ten thousand pages are a million events of Stripe.
    private const int MostPages = 10_000;

    private static readonly Meter Metrics = new("WebhookPlatform.Gateway");
    private static readonly Counter<long> Failures = Metrics.CreateCounter<long>("recovery.failures", "{run}", "Runs that were given up.");

    // A page with a request for each of its entries may take minutes.
    private static readonly TimeSpan StepTime = TimeSpan.FromMinutes(9);
    private static readonly WorkSettings Settings = new(Parallelism: 2, MaxAttempts: 10, FirstPause: TimeSpan.FromSeconds(2), LongestPause: TimeSpan.FromMinutes(10), Lease: StepTime + TimeSpan.FromMinutes(1));

    private readonly IDbContextFactory<GatewayDbContext> _contexts = contexts;
    private readonly TimeProvider _clock = clock;
    private readonly ILogger<RecoveryWorker> _logger = logger;

    protected override async Task<WorkOutcome> AttemptAsync(RecoveryRun item, CancellationToken cancellationToken)
    {
        if (sources.Find(item.Source) is not { Recovery: { } settings } source || ReconcilerCatalog.Find(source.Provider.Name) is not { } reconciler)
        {
            return new WorkOutcome.Rejected($"Source '{item.Source}' has no recovery settings any more.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StepTime);
        EventPage? page = null;
        var unusable = 0;
        WorkOutcome outcome;
        try
        {
            var horizon = runs.HorizonOf(source);
            var api = new ProviderApi(queries, reconciler, settings, _clock);
            page = await reconciler.ListAsync(new Listing(source, settings, item.Since < horizon ? horizon : item.Since, item.Until, item.Cursor, api), limit.Token);
            unusable = page.Unusable + await intake.LetInAsync(source, item.Id, page.Events, limit.Token);
            outcome = page.Next is null ? new WorkOutcome.Succeeded()
                : item.Pages + 1 < MostPages ? new WorkOutcome.Advanced()
                : new WorkOutcome.Rejected($"The list has more than {MostPages} pages. Ask about a shorter time.");
        }
        catch (ProviderPageException failure)
        {
            outcome = failure.MayPass ? new WorkOutcome.Failed(failure.Message, failure.RetryAfter) : new WorkOutcome.Rejected(Advised(failure, item));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = new WorkOutcome.Failed($"One page took longer than {StepTime.TotalMinutes:0} minutes.");
        }
        catch (Exception failure) when (failure is IngestRefusedException || Outage.Is(failure))
        {
            outcome = new WorkOutcome.Failed($"What was missed could not be stored yet: {failure.GetBaseException().Message}");
        }

        var isDone = outcome is WorkOutcome.Succeeded or WorkOutcome.Advanced;
        return outcome with { Report = new Step(await CountAsync(item, cancellationToken), isDone ? page : null, unusable) };
    }

    protected override void Record(GatewayDbContext db, RecoveryRun item, WorkOutcome outcome, Action<object, Guid> publish)
    {
        if (outcome.Report is Step step)
        {
            item.Recovered = step.Recovered;
            if (step.Page is { } page)
            {
                item.Pages++;
                item.Listed += page.Events.Count + page.Unusable;
                item.Unusable += step.Unusable;
                item.Cursor = page.Next;
            }
        }

        if (item.State is WorkState.Pending)
        {
            return;
        }

        if (item.State is WorkState.Dead)
        {
            Failures.Add(1, new KeyValuePair<string, object?>("source", item.Source));
            LogGivenUp(_logger, item.Source, item.LastError);
        }

        if (item.Recovered > 0)
        {
            LogRecovered(_logger, item.Recovered, item.Source, item.Since, item.Until);
            db.Audit.Add(new AuditEntry
            {
                At = _clock.GetUtcNow(),
                Action = "recovery.finished",
                Subject = item.Source,
                Detail = string.Create(CultureInfo.InvariantCulture, $"{item.Recovered} of {item.Listed} webhooks between {item.Since.UtcDateTime:yyyy-MM-dd HH:mm} and {item.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC had not come and were recovered (run {item.Id})"),
            });
        }
    }

    // Counted in the table, so that a step that was broken off and done anew counts once.
    private async Task<long> CountAsync(RecoveryRun run, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.Deliveries.LongCountAsync(delivery => delivery.Recovery == run.Id, cancellationToken);
    }

    private static string Advised(ProviderPageException failure, RecoveryRun run) => failure.Status switch
    {
        401 or 403 => $"{failure.Message} Set Sources:{run.Source}:Recovery:ApiKey anew.",
        400 or 404 or 410 or 422 when run.Cursor is not null => $"{failure.Message} The place in the list is not known any more; the next run begins anew.",
        _ => failure.Message,
    };

    /// <summary>What a step has found out.</summary>
    /// <param name="Recovered">Deliveries of the run so far.</param>
    /// <param name="Page">Null when the step has to be done anew.</param>
    private sealed record Step(long Recovered, EventPage? Page, int Unusable);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} webhooks of source {Source} between {Since} and {Until} had not come and were recovered from the provider's list")]
    private static partial void LogRecovered(ILogger logger, long count, string source, DateTimeOffset since, DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for missed webhooks of source {Source} was given up: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, string source, string? reason);
}
