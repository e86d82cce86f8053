using System.Diagnostics.Metrics;
using System.Globalization;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;

namespace WebhookPlatform.Notifications.Notifications;

/// <summary>
/// What timelines learn of a notification: planned, sent, dead, and the first failure of a round of attempts. Further failures say nothing new
/// there and would bury what does; the API lists them all.
/// </summary>
internal static class NotificationEffect
{
    /// <summary>The effect that tells where <paramref name="notification"/> stands now.</summary>
    /// <param name="channel">The notification's channel; null when there is none of that name.</param>
    public static EffectRecorded Of(Notification notification, INotificationChannel? channel, DateTimeOffset at)
    {
        var (kind, outcome) = notification switch
        {
            { State: WorkState.Succeeded } => ("notification.sent", EffectOutcome.Succeeded),
            { State: WorkState.Dead } => ("notification.dead", EffectOutcome.Dead),
            { Attempts: 0 } => ("notification.planned", EffectOutcome.Planned),
            _ => ("notification.failed", EffectOutcome.Failed),
        };
        return new EffectRecorded(

            // The time tells rounds of attempts apart: one that was dead can die again.
            DeterministicId.From(notification.Id.ToString(), kind, at.ToString("O", CultureInfo.InvariantCulture)),
            notification.DeliveryId,
            notification.EventId,
            "notifications",
            kind,
            outcome,
            channel?.Describe(notification.Target) ?? $"Notification by '{notification.Channel}'",
            notification.LastError,
            notification.Id.ToString(),
            at);
    }
}

/// <summary>Counts what became of notifications, by channel.</summary>
internal static class NotificationMetrics
{
    private static readonly Meter Meter = new("WebhookPlatform.Notifications");
    private static readonly Counter<long> Sent = Meter.CreateCounter<long>("notifications.sent", "{notification}", "Notifications sent.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("notifications.failed", "{attempt}", "Attempts that failed and are made again.");
    private static readonly Counter<long> Dead = Meter.CreateCounter<long>("notifications.dead", "{notification}", "Notifications given up.");

    /// <summary>Counts a notification whose state has just been decided; one that is only planned is not counted.</summary>
    public static void Count(Notification notification)
    {
        var counter = notification switch
        {
            { State: WorkState.Succeeded } => Sent,
            { State: WorkState.Dead } => Dead,
            { Attempts: > 0 } => Failed,
            _ => null,
        };
        counter?.Add(1, new KeyValuePair<string, object?>("channel", notification.Channel));
    }
}
