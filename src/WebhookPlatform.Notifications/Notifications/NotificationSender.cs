using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;
using WebhookPlatform.Notifications.Storage;

namespace WebhookPlatform.Notifications.Notifications;

/// <summary>Sends what is due.</summary>
internal sealed class NotificationSender(
    IDbContextFactory<NotificationsDbContext> contexts,
    ChannelCatalog channels,
    IOptions<NotificationsOptions> options,
    TimeProvider clock,
    ILogger<NotificationSender> logger)
    : Worker<NotificationsDbContext, Notification>(contexts, options.Value.Sending.ToWorkSettings(), clock, logger)
{
    private readonly TimeSpan _timeout = options.Value.Sending.AttemptTimeout;
    private readonly TimeProvider _clock = clock;

    protected override async Task<WorkOutcome> AttemptAsync(Notification item, CancellationToken cancellationToken)
    {
        if (channels.Find(item.Channel) is not { } channel)
        {
            return new WorkOutcome.Rejected($"'{item.Channel}' is not a channel. Use one of: {channels.Names}.");
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_timeout);
        try
        {
            return await channel.SendAsync(item, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WorkOutcome.Failed($"It was not sent within {_timeout.TotalSeconds:0} s.");
        }
    }

    protected override void Record(NotificationsDbContext db, Notification item, WorkOutcome outcome, Action<object, Guid> publish)
    {
        var now = _clock.GetUtcNow();
        item.History.Add(new NotificationAttempt
        {
            Number = item.Attempts,
            At = now,
            Outcome = outcome switch
            {
                WorkOutcome.Succeeded => AttemptOutcome.Succeeded,
                WorkOutcome.Rejected => AttemptOutcome.Rejected,
                _ => AttemptOutcome.Failed,
            },
            Error = item.LastError,
        });
        if (item is not { State: WorkState.Pending, Attempts: > 1 })
        {
            var effect = NotificationEffect.Of(item, channels.Find(item.Channel), now);
            publish(effect, effect.EffectId);
        }

        NotificationMetrics.Count(item);
    }
}
