using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Audit;

/// <summary><c>/api/audit</c>: what operators have changed.</summary>
internal static class AuditEndpoints
{
    private const int LongestPage = 200;

    public static void MapAudit(this IEndpointRouteBuilder api) =>
        api.MapGet("/audit", ListAsync).WithSummary("The newest changes first; go on with 'before' = the last id.");

    private static async Task<Results<Ok<AuditPage>, ValidationProblem>> ListAsync(
        GatewayDbContext db, CancellationToken cancellationToken, string? subject = null, string? action = null, long? before = null, int limit = 50)
    {
        if (limit is < 1 or > LongestPage)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["limit"] = [$"Use a number from 1 to {LongestPage}."] });
        }

        var query = db.Audit.AsNoTracking();
        query = subject is null ? query : query.Where(row => row.Subject == subject);
        query = action is null ? query : query.Where(row => row.Action == action);
        query = before is null ? query : query.Where(row => row.Id < before);
        var rows = await query.OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken);
        return TypedResults.Ok(new AuditPage(rows, rows.Count == limit ? rows[^1].Id : null));
    }
}

/// <param name="Next">Pass as <c>before</c> for the next page; null on the last.</param>
internal sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, long? Next);
