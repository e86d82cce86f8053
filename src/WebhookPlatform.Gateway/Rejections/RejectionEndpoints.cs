using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Rejections;

/// <summary><c>/api/rejections</c>: what was not accepted lately, and why.</summary>
internal static class RejectionEndpoints
{
    private const int LongestPage = 200;

    public static void MapRejections(this IEndpointRouteBuilder api) =>
        api.MapGet("/rejections", ListAsync).WithSummary("The newest rejections first; go on with 'before' = the last id.");

    private static async Task<Results<Ok<RejectionPage>, ValidationProblem>> ListAsync(
        GatewayDbContext db, CancellationToken cancellationToken, string? source = null, string? reason = null, string? cause = null, long? before = null, int limit = 50)
    {
        if (limit is < 1 or > LongestPage)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["limit"] = [$"Use a number from 1 to {LongestPage}."] });
        }

        var query = db.Rejections.AsNoTracking();
        query = source is null ? query : query.Where(row => row.Source == source);
        query = reason is null ? query : query.Where(row => row.Reason == reason);
        query = cause is null ? query : query.Where(row => row.Cause == cause);
        query = before is null ? query : query.Where(row => row.Id < before);
        var rows = await query.OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        return TypedResults.Ok(new RejectionPage(rows, rows.Count == limit ? rows[^1].Id : null));
    }
}

/// <param name="Next">Pass as <c>before</c> for the next page; null on the last.</param>
internal sealed record RejectionPage(IReadOnlyList<Rejection> Rejections, long? Next);
