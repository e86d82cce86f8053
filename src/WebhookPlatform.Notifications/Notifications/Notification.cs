using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Notifications.Notifications;

/// <summary>One thing to tell one target: a row first, then attempts until it is sent or dead.</summary>
public sealed class Notification : WorkItem
{
    /// <summary>The subscription that asked for it; null for one that another service asked for.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary>The delivery at the root of it.</summary>
    public required Guid DeliveryId { get; init; }

    /// <summary>The event that caused it.</summary>
    public required Guid EventId { get; init; }

    /// <summary>The event's contract name; null where the asking service did not say.</summary>
    public string? EventType { get; init; }

    /// <summary>A channel's name, see <see cref="Channels.ChannelCatalog"/>.</summary>
    public required string Channel { get; init; }

    /// <summary>As the channel needs it; for chat a secret. Null for in-app.</summary>
    public string? Target { get; init; }

    /// <summary>One line of plain text.</summary>
    public required string Title { get; init; }

    /// <summary>Plain text; may be empty.</summary>
    public required string Body { get; init; }

    /// <summary>Why title and body are a plain fallback instead of what the templates say; null when they are not.</summary>
    public string? RenderError { get; init; }

    /// <summary>The attempts whose outcome is known, in order.</summary>
    public ICollection<NotificationAttempt> History { get; } = [];
}

/// <summary>An attempt to send a notification.</summary>
public sealed class NotificationAttempt
{
    public long Id { get; init; }

    public Guid NotificationId { get; init; }

    /// <summary>From 1; begins anew when somebody retries a dead notification.</summary>
    public required int Number { get; init; }

    /// <summary>When its outcome was recorded.</summary>
    public required DateTimeOffset At { get; init; }

    public required AttemptOutcome Outcome { get; init; }

    /// <summary>For people; never a secret.</summary>
    public string? Error { get; init; }
}

/// <summary>How an attempt ended.</summary>
public enum AttemptOutcome
{
    Succeeded,

    /// <summary>In a way that may pass.</summary>
    Failed,

    /// <summary>In a way that trying again cannot mend.</summary>
    Rejected,
}
