using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Notifications;

namespace WebhookPlatform.Notifications.Channels;

/// <summary>A way to reach people.</summary>
public interface INotificationChannel
{
    /// <summary>As in <c>NotificationRequested.Channel</c> and the API, e.g. <c>email</c>.</summary>
    string Name { get; }

    /// <summary>The target to send to, given what somebody configured: checked and in its usual form, defaults filled in. Null where the channel needs none.</summary>
    /// <param name="target">As configured; null for none.</param>
    /// <param name="problem">What to fix, as a sentence; null when it can be used.</param>
    string? Resolve(string? target, out string? problem);

    /// <summary>The target as it may be shown to anybody who may see notifications.</summary>
    string? Mask(string? target);

    /// <summary>One line for people, without secrets, e.g. <c>E-mail to ops@example.com</c>.</summary>
    string Describe(string? target);

    /// <summary>Sends. May be called again for the same notification when nobody learned how it went: its id is the key by which the other side can tell.</summary>
    Task<WorkOutcome> SendAsync(Notification notification, CancellationToken cancellationToken);
}

/// <summary>The channels by name.</summary>
public sealed class ChannelCatalog(IEnumerable<INotificationChannel> channels)
{
    private readonly Dictionary<string, INotificationChannel> _byName = channels.ToDictionary(channel => channel.Name, StringComparer.Ordinal);

    /// <summary>Their names, for people: <c>email, chat, in-app</c>.</summary>
    public string Names => string.Join(", ", _byName.Keys);

    /// <summary>Null for an unknown name.</summary>
    public INotificationChannel? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);
}
