using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.Messaging.Effects;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>Turns batches of messages into rows of the read models.</summary>
public sealed class DashboardProjection(ChangeBroadcast broadcast) : IEffectHandler<DashboardDbContext>
{
    public Task ApplyAsync(EffectScope<DashboardDbContext> scope, CancellationToken cancellationToken)
    {
        scope.OnCommitted(() => broadcast.Tell(Changes.Activity));
        return Task.CompletedTask;
    }
}
