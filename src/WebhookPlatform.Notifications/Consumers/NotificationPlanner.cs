using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Effects;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.Notifications.Storage;
using WebhookPlatform.Notifications.Subscriptions;

namespace WebhookPlatform.Notifications.Consumers;

/// <summary>
/// Turns events into notifications, one for each subscription that matches. Subscriptions are read in the transaction: one query serves a whole batch
/// of events, so nothing is gained by remembering them, and no replica acts on what somebody has just changed.
/// </summary>
internal sealed class NotificationPlanner(ChannelCatalog channels, NotificationSender sender, TimeProvider clock) : IEffectHandler<NotificationsDbContext>
{
    public async Task ApplyAsync(EffectScope<NotificationsDbContext> scope, CancellationToken cancellationToken)
    {
        var subscriptions = await scope.Db.Subscriptions.AsNoTracking().Where(subscription => subscription.Enabled).OrderBy(subscription => subscription.CreatedAt).ToListAsync(cancellationToken);
        var planned = scope.Messages
            .SelectMany(received => Plan(received, subscriptions).Select(notification => (Notification: notification, Cause: received)))
            .DistinctBy(plan => plan.Notification.Id)
            .ToList();

        // An event that comes again after the inbox has forgotten it may still have its notifications.
        var ids = planned.ConvertAll(plan => plan.Notification.Id);
        var known = ids.Count == 0 ? [] : await scope.Db.Notifications.Where(row => ids.Contains(row.Id)).Select(row => row.Id).ToHashSetAsync(cancellationToken);
        foreach (var (notification, cause) in planned.Where(plan => !known.Contains(plan.Notification.Id)))
        {
            Add(scope, notification, cause);
        }

        scope.OnCommitted(sender.Wake);
    }

    private IEnumerable<Notification> Plan(Received received, List<Subscription> subscriptions)
    {
        switch (received.Message)
        {
            case NotificationRequested request:
                yield return ForRequest(request, received);
                break;
            case IDomainEvent domainEvent:
                var document = EventDocument.Of(domainEvent, received.Json);
                foreach (var subscription in subscriptions.Where(subscription => subscription.Matches(document)))
                {
                    yield return ForEvent(document, subscription, received);
                }

                break;
        }
    }

    private Notification ForEvent(EventDocument document, Subscription subscription, Received received)
    {
        var now = clock.GetUtcNow();
        var metadata = document.Event.Metadata;
        var text = NotificationText.Of(subscription, document);
        string? problem = null;
        var target = channels.Find(subscription.Channel)?.Resolve(subscription.Target, out problem);
        return Judged(
            new Notification
            {
                Id = DeterministicId.From(metadata.EventId.ToString(), subscription.Id.ToString()),
                SubscriptionId = subscription.Id,
                DeliveryId = metadata.DeliveryId,
                EventId = metadata.EventId,
                EventType = document.Name,
                Channel = subscription.Channel,
                Target = target,
                Title = text.Title,
                Body = text.Body,
                RenderError = text.Error,
                CreatedAt = now,
                DueAt = now,
                TraceParent = TraceContext.Format(received.Trace),
            },
            problem);
    }

    private Notification ForRequest(NotificationRequested request, Received received)
    {
        var now = clock.GetUtcNow();
        var channel = channels.Find(request.Channel);

        // Other versions of other services may leave out what the contract demands.
        var name = PlainText.Line(request.Channel ?? "");
        string? problem = $"'{name}' is not a channel. Use one of: {channels.Names}.";
        var target = channel?.Resolve(request.Target, out problem);
        return Judged(
            new Notification
            {
                Id = DeterministicId.From("request", request.RequestId.ToString()),
                DeliveryId = request.DeliveryId,
                EventId = request.EventId,
                Channel = name,
                Target = target,
                Title = PlainText.Line(request.Title ?? "") is { Length: > 0 } title ? title : "Notification",
                Body = PlainText.Block(request.Body ?? ""),
                CreatedAt = now,
                DueAt = now,
                TraceParent = TraceContext.Format(received.Trace),
            },
            problem);
    }

    // In-app is done with its row; what can never be sent is dead from the start, where people see it, rather than an error of the queue.
    private static Notification Judged(Notification notification, string? problem)
    {
        if (problem is not null)
        {
            (notification.State, notification.FinishedAt, notification.LastError) = (WorkState.Dead, notification.CreatedAt, problem);
        }
        else if (notification.Channel is InAppChannel.ChannelName)
        {
            (notification.State, notification.FinishedAt) = (WorkState.Succeeded, notification.CreatedAt);
        }

        return notification;
    }

    private void Add(EffectScope<NotificationsDbContext> scope, Notification notification, Received cause)
    {
        scope.Db.Notifications.Add(notification);
        if (notification is { State: WorkState.Succeeded })
        {
            scope.Publish(InAppChannel.Post(notification, notification.CreatedAt), notification.Id, cause);
        }

        var effect = NotificationEffect.Of(notification, channels.Find(notification.Channel), notification.CreatedAt);
        scope.Publish(effect, effect.EffectId, cause);
        scope.OnCommitted(() => NotificationMetrics.Count(notification));
    }
}
