namespace WebhookPlatform.Contracts.Platform;

/// <summary>A notification for people who look at the console.</summary>
/// <param name="NotificationId">The notification's id in the notifications service.</param>
/// <param name="DeliveryId">The delivery at the root of it.</param>
/// <param name="EventId">The event that caused it.</param>
/// <param name="Title">One line of plain text.</param>
/// <param name="Body">Plain text; may be empty.</param>
/// <param name="At">When it was posted, by the notifications service's clock.</param>
public sealed record InAppNotificationPosted(
    Guid NotificationId,
    Guid DeliveryId,
    Guid EventId,
    string Title,
    string Body,
    DateTimeOffset At);
