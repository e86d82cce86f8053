using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary><c>/api/sources/{name}/recover</c> and <c>…/recoveries</c>: webhooks that the provider says it sent and that did not come.</summary>
internal static class RecoveryEndpoints
{
    private const int LongestPage = 200;

    public static void MapRecovery(this IEndpointRouteBuilder api)
    {
        api.MapPost("/sources/{name}/recover", RecoverAsync).WithSummary("Begins to compare what the provider says it sent since a time with what is here, and to fetch what is missing.");
        api.MapGet("/sources/{name}/recoveries", ListAsync).WithSummary("The newest runs first; go on with 'before' = the last id.");
        api.MapGet("/sources/{name}/recoveries/{id:guid}", FindAsync).WithSummary("One run.");
    }

    private static async Task<Results<Accepted<RunAnswer>, NotFound, ValidationProblem, Conflict<ProblemDetails>>> RecoverAsync(
        string name, [FromBody] RecoverRequest request, RecoveryRuns runs, RecoveryWorker worker, SourceDirectory sources, HttpContext context, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (sources.Find(name) is not { } source)
        {
            return TypedResults.NotFound();
        }

        if (source.Recovery is not { } settings)
        {
            return SourceEndpoints.Conflict(ReconcilerCatalog.Find(source.Provider.Name) is null
                ? $"{source.Provider.Name} offers no list of what it sent."
                : $"Source '{name}' has no recovery settings: give it at least Sources:{name}:Recovery:ApiKey, or with PUT /api/sources/{name}.");
        }

        var settled = runs.Settled(settings);
        var until = request.Until is { } asked && asked < settled ? asked : settled;
        if (request.Since is not { } since)
        {
            return Problem("since", "Give the time to begin at, e.g. 2026-03-14T15:00:00Z.");
        }

        if (since >= until || until <= runs.HorizonOf(source))
        {
            return since >= until
                ? Problem("since", string.Create(CultureInfo.InvariantCulture, $"Use a time before {until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}: until then at most, since what is younger than {settings.Grace:c} may still be on its way (Recovery:Grace)."))
                : Problem("until", string.Create(CultureInfo.InvariantCulture, $"Use a time after {runs.HorizonOf(source).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}: event ids from before are forgotten (the source's DuplicateHorizonDays), so what came could not be told from what did not."));
        }

        var run = await runs.RequestAsync(source, since, until, run => AuditEntry.By(context, clock, "recovery.requested", name, Detail(run)), cancellationToken);
        if (run is null)
        {
            return SourceEndpoints.Conflict($"A run of source '{name}' is under way, see /api/sources/{name}/recoveries; ask again when it is over.");
        }

        worker.Wake();
        return TypedResults.Accepted($"/api/sources/{name}/recoveries/{run.Id}", RunAnswer.Of(run));
    }

    private static async Task<Results<Ok<RunPage>, NotFound, ValidationProblem>> ListAsync(
        string name, GatewayDbContext db, SourceDirectory sources, CancellationToken cancellationToken, Guid? before = null, int limit = 50)
    {
        if (limit is < 1 or > LongestPage)
        {
            return Problem("limit", $"Use a number from 1 to {LongestPage}.");
        }

        if (sources.Find(name) is null)
        {
            return TypedResults.NotFound();
        }

        var runs = db.Recoveries.AsNoTracking().Where(run => run.Source == name);
        runs = before is { } last ? runs.Where(run => run.Id.CompareTo(last) < 0) : runs;
        var page = await runs.OrderByDescending(run => run.Id).Take(limit).ToListAsync(cancellationToken);
        return TypedResults.Ok(new RunPage([.. page.Select(RunAnswer.Of)], page.Count == limit ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<RunAnswer>, NotFound>> FindAsync(string name, Guid id, GatewayDbContext db, CancellationToken cancellationToken) =>
        await db.Recoveries.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id && run.Source == name, cancellationToken) is { } run ? TypedResults.Ok(RunAnswer.Of(run)) : TypedResults.NotFound();

    private static string Detail(RecoveryRun run) => string.Create(CultureInfo.InvariantCulture, $"Between {run.Since.UtcDateTime:yyyy-MM-dd HH:mm} and {run.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC (run {run.Id})");

    private static ValidationProblem Problem(string field, string sentence) => TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [sentence] });
}

/// <param name="Since">The earliest time to ask about, by the provider's clock.</param>
/// <param name="Until">The latest; as late as possible by default, which is the source's grace before now.</param>
internal sealed record RecoverRequest(DateTimeOffset? Since, DateTimeOffset? Until);

/// <param name="Next">Pass as <c>before</c> for the next page; null on the last.</param>
internal sealed record RunPage(IReadOnlyList<RunAnswer> Recoveries, Guid? Next);

/// <summary>A run, as far as it is.</summary>
/// <param name="Since">May be later than it was asked for: event ids are not remembered longer.</param>
/// <param name="State"><c>pending</c> until it is over, then <c>succeeded</c>, or <c>dead</c> when it was given up.</param>
/// <param name="Listed">Webhooks that the provider says it sent; one that was sent again may be told of again.</param>
/// <param name="Known">Those that were here.</param>
/// <param name="Recovered">Those that were not, and are now: lost by the provider, or turned away here.</param>
/// <param name="Unusable">Those that the provider does not give in full, or that are larger than the source takes.</param>
/// <param name="Error">Why the last attempt failed; null when it did not.</param>
/// <param name="NextAttemptAt">When it goes on after a failure; null when it is over or at work.</param>
internal sealed record RunAnswer(
    Guid Id, string Source, RecoveryTrigger Trigger, DateTimeOffset Since, DateTimeOffset Until, DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt, WorkState State,
    int Pages, long Listed, long Known, long Recovered, long Unusable, string? Error, DateTimeOffset? NextAttemptAt)
{
    public static RunAnswer Of(RecoveryRun run) => new(
        run.Id, run.Source, run.Trigger, run.Since, run.Until, run.CreatedAt, run.FinishedAt, run.State,
        run.Pages, run.Listed, Math.Max(0, run.Listed - run.Recovered - run.Unusable), run.Recovered, run.Unusable, run.LastError, run.State is WorkState.Pending && run.LastError is not null ? run.DueAt : null);
}
