using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;

namespace WebhookPlatform.Notifications.Notifications;

/// <summary>A page of notifications, newest first.</summary>
/// <param name="Next">Pass it as <c>before</c> to get the next page; null at the end.</param>
public sealed record NotificationPage(IReadOnlyList<NotificationView> Items, Guid? Next);

/// <summary>A notification as operators see it.</summary>
/// <param name="Target">Masked where it is a secret.</param>
/// <param name="Attempts">Attempts begun, one that is under way included.</param>
/// <param name="NextAttemptAt">Not before this time; null when it is finished.</param>
/// <param name="RenderError">Why title and body are a plain fallback; null when they are what the templates say.</param>
/// <param name="History">The attempts whose outcome is known, in order; null in lists.</param>
public sealed record NotificationView(
    Guid Id,
    Guid? SubscriptionId,
    Guid DeliveryId,
    Guid EventId,
    string? EventType,
    string Channel,
    string? Target,
    string Title,
    string Body,
    WorkState State,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? FinishedAt,
    string? LastError,
    string? RenderError,
    IReadOnlyList<AttemptView>? History)
{
    internal static NotificationView Of(Notification row, ChannelCatalog channels, bool withHistory) => new(
        row.Id, row.SubscriptionId, row.DeliveryId, row.EventId, row.EventType, row.Channel, channels.Find(row.Channel)?.Mask(row.Target), row.Title, row.Body,
        row.State, row.Attempts, row.CreatedAt, row.State is WorkState.Pending ? row.DueAt : null, row.FinishedAt, row.LastError, row.RenderError,
        withHistory ? [.. row.History.OrderBy(attempt => attempt.Id).Select(attempt => new AttemptView(attempt.Number, attempt.At, attempt.Outcome, attempt.Error))] : null);
}

/// <summary>An attempt to send, see <see cref="NotificationAttempt"/>.</summary>
public sealed record AttemptView(int Number, DateTimeOffset At, AttemptOutcome Outcome, string? Error);
