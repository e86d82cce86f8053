using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;
using WebhookPlatform.Notifications.Storage;

namespace WebhookPlatform.Notifications.Notifications;

/// <summary><c>/api/notifications</c>.</summary>
internal static class NotificationEndpoints
{
    private const int LargestPage = 500;
    private static readonly string States = string.Join(", ", Enum.GetNames<WorkState>()).ToLowerInvariant();

    public static void MapNotificationRows(this RouteGroupBuilder group)
    {
        group.MapGet("/", ListAsync).WithSummary("Notifications, newest first: by state, by channel, before a notification.");
        group.MapGet("/{id:guid}", GetAsync).WithSummary("One notification with its attempts.");
        group.MapPost("/{id:guid}/retry", RetryAsync).WithSummary("Gives a dead notification all its attempts again.");
    }

    private static async Task<Results<Ok<NotificationPage>, ValidationProblem>> ListAsync(
        NotificationsDbContext db, ChannelCatalog channels, CancellationToken cancellationToken, string? state = null, string? channel = null, Guid? before = null, int limit = 50)
    {
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var rows = db.Notifications.AsNoTracking();
        if (state is not null)
        {
            var isKnown = Enum.TryParse<WorkState>(state, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted);
            rows = rows.Where(row => row.State == wanted);
            Check("state", isKnown, $"'{state}' is not a state. Use one of: {States}.");
        }

        if (channel is not null)
        {
            rows = rows.Where(row => row.Channel == channel);
            Check("channel", channels.Find(channel) is not null, $"'{channel}' is not a channel. Use one of: {channels.Names}.");
        }

        if (before is not null)
        {
            var last = await db.Notifications.Where(row => row.Id == before).Select(row => new { row.CreatedAt, row.Id }).SingleOrDefaultAsync(cancellationToken);
            rows = rows.Where(row => EF.Functions.LessThan(ValueTuple.Create(row.CreatedAt, row.Id), ValueTuple.Create(last!.CreatedAt, last.Id)));
            Check("before", last is not null, $"There is no notification {before}: pass the 'next' of the page before.");
        }

        Check("limit", limit is >= 1 and <= LargestPage, $"It must be between 1 and {LargestPage}.");
        if (problems.Count > 0)
        {
            return TypedResults.ValidationProblem(problems);
        }

        // One more than asked for tells whether there is another page.
        var page = await rows.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var items = page.Take(limit).Select(row => NotificationView.Of(row, channels, withHistory: false)).ToList();
        return TypedResults.Ok(new NotificationPage(items, page.Count > limit ? items[^1].Id : null));

        void Check(string field, bool holds, string problem)
        {
            if (!holds)
            {
                problems[field] = [problem];
            }
        }
    }

    private static async Task<Results<Ok<NotificationView>, ProblemHttpResult>> GetAsync(Guid id, NotificationsDbContext db, ChannelCatalog channels, CancellationToken cancellationToken) =>
        await FindAsync(db, id, cancellationToken) is { } notification ? TypedResults.Ok(NotificationView.Of(notification, channels, withHistory: true)) : NotFound(id);

    private static async Task<Results<Accepted<NotificationView>, ProblemHttpResult>> RetryAsync(
        Guid id, NotificationsDbContext db, ChannelCatalog channels, NotificationSender sender, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await FindAsync(db, id, cancellationToken) is not { } notification)
        {
            return NotFound(id);
        }

        if (notification.State is not WorkState.Dead)
        {
            return NotDead();
        }

        notification.Revive(clock.GetUtcNow());
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return NotDead();
        }

        sender.Wake();
        return TypedResults.Accepted($"/api/notifications/{id}", NotificationView.Of(notification, channels, withHistory: true));
    }

    private static Task<Notification?> FindAsync(NotificationsDbContext db, Guid id, CancellationToken cancellationToken) =>
        db.Notifications.Include(row => row.History).SingleOrDefaultAsync(row => row.Id == id, cancellationToken);

    private static ProblemHttpResult NotFound(Guid id) =>
        TypedResults.Problem($"There is no notification {id}.", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult NotDead() =>
        TypedResults.Problem("Only a dead notification can be retried: this one is sent or will be tried again by itself.", statusCode: StatusCodes.Status409Conflict);
}
