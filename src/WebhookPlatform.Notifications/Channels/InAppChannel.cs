using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Notifications;

namespace WebhookPlatform.Notifications.Channels;

/// <summary>
/// Shows notifications in the console. There is nobody to call: <see cref="Post"/> is published in the transaction that writes the row,
/// which is done from the start.
/// </summary>
public sealed class InAppChannel : INotificationChannel
{
    /// <summary>The channel's name.</summary>
    public const string ChannelName = "in-app";

    public string Name => ChannelName;

    /// <summary>What to publish, with the notification's id as the message id.</summary>
    public static InAppNotificationPosted Post(Notification notification, DateTimeOffset at) =>
        new(notification.Id, notification.DeliveryId, notification.EventId, notification.Title, notification.Body, at);

    public string? Resolve(string? target, out string? problem)
    {
        problem = null;
        return null;
    }

    public string? Mask(string? target) => null;

    public string Describe(string? target) => "In-app notification";

    public Task<WorkOutcome> SendAsync(Notification notification, CancellationToken cancellationToken) =>
        Task.FromResult<WorkOutcome>(new WorkOutcome.Succeeded());
}
