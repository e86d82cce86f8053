using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Quarantine;

/// <summary><c>/api/sources/{name}/quarantine</c>: what was not believed and is kept.</summary>
internal static class QuarantineEndpoints
{
    private const int LongestPage = 200;

    public static void MapQuarantine(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sources/{name}/quarantine", ListAsync).WithSummary("Requests that were not believed and are kept, the newest first, without their content; go on with 'before' = the last id.");
        api.MapPost("/sources/{name}/quarantine/release", ReleaseAsync).WithSummary("Judges them again by the source's present settings, as of when they came, and lets in what is right now; the rest stays until it expires.");
    }

    private static async Task<Results<Ok<QuarantinePage>, NotFound, ValidationProblem>> ListAsync(
        string name, GatewayDbContext db, SourceDirectory sources, CancellationToken cancellationToken, long? before = null, int limit = 50)
    {
        if (limit is < 1 or > LongestPage)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["limit"] = [$"Use a number from 1 to {LongestPage}."] });
        }

        if (sources.Find(name) is null)
        {
            return TypedResults.NotFound();
        }

        var all = db.Quarantine.AsNoTracking().Where(row => row.Source == name);
        var counted = await all.GroupBy(_ => 1).Select(rows => new { Count = rows.Count(), Bytes = rows.Sum(row => (long)row.Size) }).SingleOrDefaultAsync(cancellationToken);
        var page = await (before is null ? all : all.Where(row => row.Id < before)).OrderByDescending(row => row.Id).Take(limit)
            .Select(row => new QuarantineSummary(row.Id, row.ReceivedAt, row.Reason, row.Cause, row.Diagnosis, row.IsProven, row.BodyBytes))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new QuarantinePage(counted?.Count ?? 0, counted?.Bytes ?? 0, page, page.Count == limit ? page[^1].Id : null));
    }

    private static async Task<Results<Ok<ReleaseAnswer>, NotFound>> ReleaseAsync(
        string name, QuarantineRelease release, GatewayDbContext db, SourceDirectory sources, HttpContext context, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (sources.Find(name) is not { } source)
        {
            return TypedResults.NotFound();
        }

        var answer = await release.ReleaseAsync(source, cancellationToken);
        if (answer.Released + answer.Duplicates + answer.Conflicts + answer.Handshakes > 0)
        {
            db.Audit.Add(AuditEntry.By(context, clock, "quarantine.released", name, $"{answer.Released} let in, {answer.Duplicates} there already, {answer.Conflicts} conflicts, {answer.Handshakes} handshakes; {answer.Kept} still not believed"));
            await db.SaveChangesAsync(cancellationToken);
        }

        return TypedResults.Ok(answer);
    }
}

/// <param name="Count">Of all that are kept.</param>
/// <param name="Bytes">Of all that are kept, headers included.</param>
/// <param name="Next">Pass as <c>before</c> for the next page; null on the last.</param>
internal sealed record QuarantinePage(int Count, long Bytes, IReadOnlyList<QuarantineSummary> Requests, long? Next);

/// <param name="IsProven">The diagnosis showed that it is no forgery.</param>
internal sealed record QuarantineSummary(long Id, DateTimeOffset ReceivedAt, string Reason, string Cause, string Diagnosis, bool IsProven, int BodyBytes);
