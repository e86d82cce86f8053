using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Automation.Storage;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Automation.Runs;

/// <summary><c>/api/runs</c>: what operators see of runs, and what they can do about them.</summary>
internal static class RunEndpoints
{
    private const int DefaultPage = 50;
    private const int LargestPage = 200;

    public static void MapRuns(this IEndpointRouteBuilder endpoints)
    {
        var runs = endpoints.MapGroup("/api/runs").WithTags("Runs");
        runs.MapGet("", ListAsync);
        runs.MapGet("{id:guid}", GetAsync);
        runs.MapPost("{id:guid}/retry", RetryAsync);
        runs.MapPost("{id:guid}/cancel", CancelAsync);
    }

    // The parameters are text, so that a wrong one is answered with what would be right.
    private static async Task<Results<Ok<RunList>, ValidationProblem>> ListAsync(
        string? state, string? rule, string? before, string? limit, AutomationDbContext db, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var runs = db.Runs.AsNoTracking();
        if (!string.IsNullOrEmpty(state))
        {
            if (Enum.TryParse<WorkState>(state, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted))
            {
                runs = runs.Where(run => run.State == wanted);
            }
            else
            {
                errors["state"] = ["Use pending, succeeded or dead."];
            }
        }

        if (!string.IsNullOrEmpty(rule))
        {
            if (Guid.TryParse(rule, out var wanted))
            {
                runs = runs.Where(run => run.RuleId == wanted);
            }
            else
            {
                errors["rule"] = ["Give the id of a rule."];
            }
        }

        if (!string.IsNullOrEmpty(before))
        {
            if (RunCursor.TryParse(before, out var cursor))
            {
                runs = runs.Where(run => run.CreatedAt < cursor.CreatedAt || (run.CreatedAt == cursor.CreatedAt && run.Id < cursor.Id));
            }
            else
            {
                errors["before"] = ["Use the value 'next' of the previous page, or a point in time, e.g. 2026-01-31T12:00:00Z."];
            }
        }

        var size = DefaultPage;
        if (!string.IsNullOrEmpty(limit) && !(int.TryParse(limit, System.Globalization.CultureInfo.InvariantCulture, out size) && size is >= 1 and <= LargestPage))
        {
            errors["limit"] = [$"Use a number from 1 to {LargestPage}."];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var page = await runs.OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id).Take(size + 1).ToListAsync(cancellationToken);
        var next = page.Count > size ? new RunCursor(page[size - 1].CreatedAt, page[size - 1].Id).ToString() : null;
        return TypedResults.Ok(new RunList([.. page.Take(size).Select(RunSummary.Of)], next));
    }

    private static async Task<Results<Ok<RunDetail>, ProblemHttpResult>> GetAsync(Guid id, AutomationDbContext db, CancellationToken cancellationToken) =>
        await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Id == id, cancellationToken) is { } run
            ? TypedResults.Ok(await DetailAsync(run, db, cancellationToken))
            : NotFound(id);

    private static async Task<Results<Ok<RunDetail>, ProblemHttpResult>> RetryAsync(Guid id, AutomationDbContext db, RunWorker worker, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await db.Runs.SingleOrDefaultAsync(run => run.Id == id, cancellationToken) is not { } run)
        {
            return NotFound(id);
        }

        if (run.State is not WorkState.Dead)
        {
            return Conflict("Only a dead run can be retried; this one is " + (run.State is WorkState.Pending ? "still tried by itself." : "done."));
        }

        run.Revive(clock.GetUtcNow());
        run.LastError = null;
        run.Retries++;
        if (!await SaveAsync(db, cancellationToken))
        {
            return Conflict("The run has changed meanwhile; read it again.");
        }

        worker.Wake();
        return TypedResults.Ok(await DetailAsync(run, db, cancellationToken));
    }

    private static async Task<Results<Ok<RunDetail>, ProblemHttpResult>> CancelAsync(Guid id, AutomationDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await db.Runs.SingleOrDefaultAsync(run => run.Id == id, cancellationToken) is not { } run)
        {
            return NotFound(id);
        }

        if (run.State is not WorkState.Pending)
        {
            return Conflict("Only a pending run can be cancelled; this one has ended.");
        }

        // An attempt under way cannot be called back, but its outcome is recorded nowhere: the lease it was made under is over.
        var now = clock.GetUtcNow();
        (run.State, run.DueAt, run.FinishedAt, run.LastError) = (WorkState.Dead, now, now, "An operator cancelled it.");
        var effect = RunEffects.Dead(run, now);
        db.Set<OutboxMessage>().Add(OutboxMessage.For(effect, effect.EffectId, TraceContext.Parse(run.TraceParent)));
        return await SaveAsync(db, cancellationToken)
            ? TypedResults.Ok(await DetailAsync(run, db, cancellationToken))
            : Conflict("The run has changed meanwhile; read it again.");
    }

    private static async Task<RunDetail> DetailAsync(Run run, AutomationDbContext db, CancellationToken cancellationToken) =>
        RunDetail.Of(run, await db.Attempts.AsNoTracking().Where(attempt => attempt.RunId == run.Id).OrderBy(attempt => attempt.Number).ToListAsync(cancellationToken));

    private static async Task<bool> SaveAsync(AutomationDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private static ProblemHttpResult NotFound(Guid id) => TypedResults.Problem($"There is no run {id}.", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Conflict(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);
}
