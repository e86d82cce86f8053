using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary><c>/api/deliveries</c>: what was received.</summary>
internal static class DeliveryEndpoints
{
    private const int LongestPage = 200;

    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deliveries", ListAsync).WithSummary("The newest deliveries first; go on with 'before' = the last id.");
        api.MapGet("/deliveries/{id:guid}", FindAsync).WithSummary("A delivery with its kept headers.");
        api.MapGet("/deliveries/{id:guid}/body", BodyAsync).WithSummary("The raw bytes as they came.");
    }

    private static async Task<Results<Ok<DeliveryPage>, ValidationProblem>> ListAsync(
        GatewayDbContext db, CancellationToken cancellationToken, string? source = null, string? status = null, string? eventType = null, bool? recovered = null, Guid? before = null, int limit = 50)
    {
        if (limit is < 1 or > LongestPage)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["limit"] = [$"Use a number from 1 to {LongestPage}."] });
        }

        DeliveryStatus? wanted = null;
        if (status is not null)
        {
            if (!Enum.TryParse<DeliveryStatus>(status, ignoreCase: true, out var known) || !Enum.IsDefined(known))
            {
                return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["status"] = ["Use accepted or conflict."] });
            }

            wanted = known;
        }

        var query = db.Deliveries.AsNoTracking();
        query = source is null ? query : query.Where(row => row.Source == source);
        query = wanted is null ? query : query.Where(row => row.Status == wanted);
        query = eventType is null ? query : query.Where(row => row.EventType == eventType);
        query = recovered is null ? query : query.Where(row => row.Recovery != null == recovered);
        query = before is null ? query : query.Where(row => row.Id.CompareTo(before.Value) < 0);
        var rows = await query.OrderByDescending(row => row.Id).Take(limit)
            .Select(row => new DeliverySummary(row.Id, row.Source, row.Provider, row.EventKey, row.EventType, row.ReceivedAt, row.Status, row.ConflictOf, row.ContentType, row.Body.Length, row.Events, row.Recovery != null))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new DeliveryPage(rows, rows.Count == limit ? rows[^1].Id : null));
    }

    private static async Task<Results<Ok<DeliveryDetail>, NotFound>> FindAsync(Guid id, GatewayDbContext db, CancellationToken cancellationToken)
    {
        var row = await db.Deliveries.AsNoTracking().Where(delivery => delivery.Id == id)
            .Select(delivery => new
            {
                delivery.Id,
                delivery.Source,
                delivery.Provider,
                delivery.EventKey,
                delivery.EventType,
                delivery.ReceivedAt,
                delivery.Status,
                delivery.ConflictOf,
                delivery.ContentType,
                BodyBytes = delivery.Body.Length,
                delivery.BodyHash,
                delivery.Headers,
                delivery.Events,
                delivery.Secret,
                delivery.Recovery,
                Claim = db.Claims.FirstOrDefault(claim => claim.Source == delivery.Source && claim.EventKey == delivery.EventKey),
                Replays = db.Replays.Count(replay => replay.DeliveryId == delivery.Id),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            return TypedResults.NotFound();
        }

        // Redeliveries are counted with the delivery that was first.
        var isFirst = row.Claim?.DeliveryId == row.Id;
        return TypedResults.Ok(new DeliveryDetail(
            row.Id, row.Source, row.Provider, row.EventKey, row.EventType, row.ReceivedAt, row.Status, row.ConflictOf, row.ContentType, row.BodyBytes, row.Events,
            Convert.ToHexStringLower(row.BodyHash), row.Headers, isFirst ? row.Claim!.Duplicates : 0, isFirst ? row.Claim!.LastSeenAt : row.ReceivedAt, row.Replays, row.Secret, row.Recovery));
    }

    // As an attachment and never sniffed: a browser must not run what a stranger has sent.
    private static async Task<Results<FileContentHttpResult, NotFound>> BodyAsync(Guid id, GatewayDbContext db, HttpResponse response, CancellationToken cancellationToken)
    {
        var body = await db.Deliveries.AsNoTracking().Where(row => row.Id == id).Select(row => row.Body).SingleOrDefaultAsync(cancellationToken);
        if (body is null)
        {
            return TypedResults.NotFound();
        }

        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.File(body, "application/octet-stream", $"{id}.bin");
    }
}

/// <param name="Next">Pass as <c>before</c> for the next page; null on the last.</param>
internal sealed record DeliveryPage(IReadOnlyList<DeliverySummary> Deliveries, Guid? Next);

/// <param name="Recovered">Whether it was not sent but found at the provider.</param>
internal sealed record DeliverySummary(
    Guid Id, string Source, string Provider, string ProviderEventId, string EventType, DateTimeOffset ReceivedAt, DeliveryStatus Status, Guid? ConflictOf, string? ContentType, int BodyBytes, string[] Events,
    bool Recovered);

/// <param name="BodySha256">Lower-case hex.</param>
/// <param name="Duplicates">Redeliveries since, on the delivery that was first.</param>
/// <param name="Secret">Id of the secret that proved it, as in <c>/api/sources/{name}/secrets</c>.</param>
/// <param name="Recovery">The run that found it at the provider, as in <c>/api/sources/{name}/recoveries</c>; null for what was sent.</param>
internal sealed record DeliveryDetail(
    Guid Id, string Source, string Provider, string ProviderEventId, string EventType, DateTimeOffset ReceivedAt, DeliveryStatus Status, Guid? ConflictOf, string? ContentType, int BodyBytes, string[] Events,
    string BodySha256, IReadOnlyDictionary<string, string> Headers, int Duplicates, DateTimeOffset LastSeenAt, int Replays, string? Secret, Guid? Recovery)
{
    /// <summary>Whether it was not sent but found at the provider.</summary>
    public bool Recovered => Recovery is not null;
}
