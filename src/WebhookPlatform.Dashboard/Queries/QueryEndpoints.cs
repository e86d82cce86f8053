using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace WebhookPlatform.Dashboard.Queries;

/// <summary>The read models over HTTP, for operators' tools.</summary>
internal static class QueryEndpoints
{
    private const int MaxDays = 366;
    private const int MaxLines = 200;

    public static void MapQueries(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api").WithTags("Read models").ProducesProblem(StatusCodes.Status401Unauthorized);
        api.MapGet("/overview", OverviewAsync)
            .WithName("Overview").WithSummary("The last hour at a glance: requests by outcome, minutes, sources, event types");
        api.MapGet("/payments", PaymentsAsync)
            .WithName("Payments").WithSummary("Payments by day and currency, and those changed last")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .WithNumber("days", usual: 30, MaxDays, "Days to tell about, today (UTC) included.");
        api.MapGet("/activity", ActivityAsync)
            .WithName("Activity").WithSummary("What happened, newest first")
            .WithDescription("For the next page give the id of the last line as 'before'.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .WithNumber("limit", DashboardQueries.ShortList, MaxLines, "Most lines in the answer.");
        api.MapGet("/timeline/{deliveryId}", TimelineAsync)
            .WithName("Timeline").WithSummary("Everything that became of a delivery, from receipt to every consumer's effect")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/alerts", AlertsAsync)
            .WithName("Alerts").WithSummary("Notifications for people, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .WithNumber("limit", DashboardQueries.ShortList, MaxLines, "Most notifications in the answer.");
    }

    private static async Task<Ok<Overview>> OverviewAsync(DashboardQueries queries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await queries.OverviewAsync(cancellationToken));

    private static async Task<Results<Ok<Payments>, ProblemHttpResult>> PaymentsAsync(DashboardQueries queries, CancellationToken cancellationToken, string? days = null) =>
        QueryValues.TryNumber(days, "days", usual: 30, MaxDays, out var number, out var problem)
            ? TypedResults.Ok(await queries.PaymentsAsync(number, cancellationToken))
            : problem;

    private static async Task<Results<Ok<IReadOnlyList<Activity>>, ProblemHttpResult>> ActivityAsync(
        DashboardQueries queries,
        CancellationToken cancellationToken,
        string? before = null,
        string? limit = null,
        string? source = null,
        string? kind = null)
    {
        if (!QueryValues.TryPlace(before, "before", out var place, out var problem)
            || !QueryValues.TryNumber(limit, "limit", DashboardQueries.ShortList, MaxLines, out var lines, out problem)
            || !QueryValues.TryName(source, "source", out var ofSource, out problem)
            || !QueryValues.TryName(kind, "kind", out var ofKind, out problem))
        {
            return problem;
        }

        return TypedResults.Ok(await queries.ActivityAsync(new ActivityFilter(ofSource, ofKind), place, lines, cancellationToken));
    }

    private static async Task<Results<Ok<Timeline>, ProblemHttpResult>> TimelineAsync(string deliveryId, DashboardQueries queries, CancellationToken cancellationToken)
    {
        if (!QueryValues.TryId(deliveryId, "deliveryId", out var id, out var problem))
        {
            return problem;
        }

        return await queries.TimelineAsync(id, cancellationToken) is { } timeline
            ? TypedResults.Ok(timeline)
            : TypedResults.Problem("Nothing is known of this delivery: it never came, it is not projected yet, or it is past its retention.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
    }

    private static async Task<Results<Ok<IReadOnlyList<Alert>>, ProblemHttpResult>> AlertsAsync(DashboardQueries queries, CancellationToken cancellationToken, string? limit = null) =>
        QueryValues.TryNumber(limit, "limit", DashboardQueries.ShortList, MaxLines, out var number, out var problem)
            ? TypedResults.Ok(await queries.AlertsAsync(number, cancellationToken))
            : problem;

    // Read as text, so that a bad value gets an answer in words; documented as the number it is.
    internal static RouteHandlerBuilder WithNumber(this RouteHandlerBuilder endpoint, string name, int usual, int most, string description) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (operation.Parameters?.FirstOrDefault(parameter => string.Equals(parameter.Name, name, StringComparison.Ordinal)) is OpenApiParameter parameter)
            {
                parameter.Description = $"{description} {usual} when left out; more than {most} counts as {most}.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Minimum = "1", Maximum = most.ToString(System.Globalization.CultureInfo.InvariantCulture), Default = usual };
            }

            return Task.CompletedTask;
        });
}
