using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Replays;

/// <summary><c>POST /api/deliveries/{id}/replay</c>: reads the stored bytes again and publishes what they give.</summary>
internal static class ReplayEndpoints
{
    // Between the publishing here and the last consumer's claim.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(12);

    public static void MapReplays(this IEndpointRouteBuilder api) =>
        api.MapPost("/deliveries/{id:guid}/replay", ReplayAsync)
            .WithSummary("Publishes a delivery's events again. Their ids are the same as the first time: a consumer that has applied one skips it, one that has missed it applies it, and a mapping made since gives its new events.");

    private static async Task<Results<Ok<ReplayAnswer>, NotFound, Conflict<ProblemDetails>>> ReplayAsync(
        Guid id, GatewayDbContext db, SourceDirectory sources, DeliveryReader reader, IOptions<MessagingOptions> messaging, HttpContext context, TimeProvider clock, CancellationToken cancellationToken)
    {
        var delivery = await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken);
        if (delivery is null)
        {
            return TypedResults.NotFound();
        }

        if (delivery.Status is DeliveryStatus.Conflict)
        {
            return Problem("The delivery has the event id of an earlier one and another body; it is kept for inspection and is not published.");
        }

        if (clock.GetUtcNow() - delivery.ReceivedAt > messaging.Value.InboxRetention - Margin)
        {
            return Problem("The delivery is older than consumers remember events (Messaging:InboxRetention), so publishing it again would take effect a second time.");
        }

        if (sources.Find(delivery.Source) is not { } source || !string.Equals(source.Provider.Name, delivery.Provider, StringComparison.Ordinal))
        {
            return Problem($"Source '{delivery.Source}' with provider '{delivery.Provider}' is not there any more, so nobody knows how to read the delivery. Make the source again first.");
        }

        var messages = reader.ReadAgain(delivery, source);
        var replay = new Replay { Id = Guid.CreateVersion7(clock.GetUtcNow()), DeliveryId = id, RequestedAt = clock.GetUtcNow(), Events = [.. messages.Select(message => message.Name)] };
        db.Replays.Add(replay);
        db.Audit.Add(AuditEntry.By(context, clock, "delivery.replayed", id.ToString(), $"{replay.Events.Length} events of source '{delivery.Source}' published again"));
        db.Set<OutboxMessage>().AddRange(messages);
        await db.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new ReplayAnswer(replay.Id, id, replay.Events));
    }

    private static Conflict<ProblemDetails> Problem(string detail) => TypedResults.Conflict(new ProblemDetails { Status = 409, Title = "Conflict", Detail = detail });
}

/// <param name="Events">Contract names of what was published again.</param>
internal sealed record ReplayAnswer(Guid ReplayId, Guid DeliveryId, string[] Events);
