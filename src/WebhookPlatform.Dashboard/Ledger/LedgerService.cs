using Microsoft.AspNetCore.Http.HttpResults;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.Messaging.Ledger;

namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>The ledger in the dashboard: what runs, and <c>/api/ledger</c>.</summary>
internal static class LedgerService
{
    private const int MostHours = 24 * 30;

    public static void AddLedger(this WebApplicationBuilder builder)
    {
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<LedgerQueries>();
        builder.Services.AddSingleton<ILedgerEvidence, ActivityEvidence>();
        builder.Services.AddSingleton<LedgerWatch>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LedgerWatch>());
    }

    public static void MapLedger(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/api").WithTags("Read models").MapGet("/ledger", ReportAsync)
            .WithName("Ledger").WithSummary("Whether the books balance, by source and consumer, and what is missing, by id")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .WithNumber("hours", usual: 24, MostHours, "Hours to tell about.");

    private static async Task<Results<Ok<LedgerReport>, ProblemHttpResult>> ReportAsync(LedgerQueries queries, CancellationToken cancellationToken, string? hours = null) =>
        QueryValues.TryNumber(hours, "hours", usual: 24, MostHours, out var number, out var problem)
            ? TypedResults.Ok(await queries.ReportAsync(TimeSpan.FromHours(number), cancellationToken))
            : problem;
}
