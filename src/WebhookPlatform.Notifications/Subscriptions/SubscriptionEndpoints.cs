using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.Notifications.Storage;
using WebhookPlatform.ServiceDefaults;

namespace WebhookPlatform.Notifications.Subscriptions;

/// <summary><c>/api/subscriptions</c>.</summary>
internal static class SubscriptionEndpoints
{
    private const string Json = MediaTypeNames.Application.Json;
    private const string Unusable = "The subscription cannot be used as it is.";

    public static void MapSubscriptions(this RouteGroupBuilder group)
    {
        group.MapGet("/", ListAsync).WithSummary("All subscriptions, oldest first.");
        group.MapGet("/{id:guid}", GetAsync).WithSummary("One subscription, with its version as the ETag.");
        group.MapPost("/", CreateAsync).Accepts<SubscriptionBody>(Json).WithSummary("Creates a subscription.");
        group.MapPut("/{id:guid}", ReplaceAsync).Accepts<SubscriptionBody>(Json).WithSummary("Replaces the version that If-Match names; * replaces any.");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Deletes a subscription; what it has already planned is sent.");
        group.MapPost("/{id:guid}/test", TestAsync).WithSummary("Sends what a sample event would send, at once and only once.");
        group.MapPost("/preview", PreviewAsync).Accepts<PreviewBody>(Json).WithSummary("Shows what templates make of a sample event.");
    }

    private static async Task<Ok<List<SubscriptionView>>> ListAsync(NotificationsDbContext db, ChannelCatalog channels, CancellationToken cancellationToken)
    {
        var rows = await db.Subscriptions.AsNoTracking().OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(rows.ConvertAll(row => SubscriptionView.Of(row, channels)));
    }

    private static async Task<Results<Ok<SubscriptionView>, ProblemHttpResult>> GetAsync(Guid id, NotificationsDbContext db, ChannelCatalog channels, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } subscription)
        {
            return NotFound(id);
        }

        response.Headers.ETag = SubscriptionView.ETagOf(subscription);
        return TypedResults.Ok(SubscriptionView.Of(subscription, channels));
    }

    private static async Task<Results<Created<SubscriptionView>, ValidationProblem, ProblemHttpResult>> CreateAsync(
        SubscriptionRules rules, NotificationsDbContext db, ChannelCatalog channels, HttpContext http, CancellationToken cancellationToken)
    {
        var (body, malformed) = await JsonBody.ReadAsync<SubscriptionBody>(http.Request);
        if (body is null)
        {
            return malformed!;
        }

        if (rules.Read(body, present: null, out var problems) is not { } subscription)
        {
            return TypedResults.ValidationProblem(problems, Unusable);
        }

        db.Subscriptions.Add(subscription);
        await db.SaveChangesAsync(cancellationToken);
        http.Response.Headers.ETag = SubscriptionView.ETagOf(subscription);
        return TypedResults.Created($"/api/subscriptions/{subscription.Id}", SubscriptionView.Of(subscription, channels));
    }

    private static async Task<Results<Ok<SubscriptionView>, ValidationProblem, ProblemHttpResult>> ReplaceAsync(
        Guid id, SubscriptionRules rules, NotificationsDbContext db, ChannelCatalog channels, HttpContext http, CancellationToken cancellationToken)
    {
        if (http.Request.Headers.IfMatch is not [{ Length: > 0 } expected])
        {
            return TypedResults.Problem($"Send the ETag of the version you changed as {HeaderNames.IfMatch}, or * to replace whatever is there.", statusCode: StatusCodes.Status428PreconditionRequired);
        }

        var (body, malformed) = await JsonBody.ReadAsync<SubscriptionBody>(http.Request);
        if (body is null)
        {
            return malformed!;
        }

        if (await db.Subscriptions.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } present)
        {
            return NotFound(id);
        }

        if (expected is not "*" && !string.Equals(expected, SubscriptionView.ETagOf(present), StringComparison.Ordinal))
        {
            return Changed();
        }

        if (rules.Read(body, present, out var problems) is not { } subscription)
        {
            return TypedResults.ValidationProblem(problems, Unusable);
        }

        present.Become(subscription);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Changed();
        }

        http.Response.Headers.ETag = SubscriptionView.ETagOf(present);
        return TypedResults.Ok(SubscriptionView.Of(present, channels));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, NotificationsDbContext db, CancellationToken cancellationToken) =>
        await db.Subscriptions.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken) == 1 ? TypedResults.NoContent() : NotFound(id);

    private static async Task<Results<Ok<TestView>, ProblemHttpResult>> TestAsync(
        Guid id, NotificationsDbContext db, ChannelCatalog channels, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } subscription
            || channels.Find(subscription.Channel) is not { } channel)
        {
            return NotFound(id);
        }

        var now = clock.GetUtcNow();
        var sample = Sample(subscription.EventType, now);
        var text = NotificationText.Of(subscription, sample);
        var notification = new Notification
        {
            Id = Guid.CreateVersion7(now),
            SubscriptionId = subscription.Id,
            DeliveryId = sample.Event.Metadata.DeliveryId,
            EventId = sample.Event.Metadata.EventId,
            EventType = sample.Name,
            Channel = subscription.Channel,
            Target = channel.Resolve(subscription.Target, out var problem),
            Title = PlainText.Line($"[Test] {text.Title}"),
            Body = text.Body,
            CreatedAt = now,
            DueAt = now,
        };
        var error = problem ?? await SendAsync(channel, notification, cancellationToken);
        if (error is null && channel is InAppChannel)
        {
            db.Add(OutboxMessage.For(InAppChannel.Post(notification, now), notification.Id, TraceContext.Current));
            await db.SaveChangesAsync(cancellationToken);
        }

        return TypedResults.Ok(new TestView(notification.Id, error is null, error ?? text.Error, notification.Title, notification.Body));
    }

    private static async Task<Results<Ok<PreviewView>, ValidationProblem, ProblemHttpResult>> PreviewAsync(HttpRequest request, TimeProvider clock)
    {
        var (body, malformed) = await JsonBody.ReadAsync<PreviewBody>(request);
        if (body is null)
        {
            return malformed!;
        }

        var problems = SubscriptionRules.Check(body);
        if (problems.Count > 0)
        {
            return TypedResults.ValidationProblem(problems, "The templates cannot be used as they are.");
        }

        var sample = Sample(body.EventType!, clock.GetUtcNow());
        var text = NotificationText.Of(body.TitleTemplate!, body.BodyTemplate ?? "", sample);
        return text.Error is null
            ? TypedResults.Ok(new PreviewView(text.Title, text.Body, sample.Root))
            : TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["titleTemplate"] = [$"The templates cannot be rendered: {text.Error}"] });
    }

    private static EventDocument Sample(string eventType, DateTimeOffset now) =>
        EventDocument.Of(SampleEvents.Of(eventType is Subscription.AnyEvent ? nameof(PaymentCompleted) : eventType, now)!);

    private static async Task<string?> SendAsync(INotificationChannel channel, Notification notification, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.SendAsync(notification, cancellationToken) switch
            {
                WorkOutcome.Failed failed => failed.Error,
                WorkOutcome.Rejected rejected => rejected.Error,
                _ => null,
            };
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Whatever the channel's other side does wrong is the answer to this request.
            return failure.GetBaseException().Message;
        }
    }

    private static ProblemHttpResult NotFound(Guid id) =>
        TypedResults.Problem($"There is no subscription {id}.", statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult Changed() =>
        TypedResults.Problem("Somebody has changed the subscription meanwhile: read it again and repeat your change.", statusCode: StatusCodes.Status412PreconditionFailed);
}
