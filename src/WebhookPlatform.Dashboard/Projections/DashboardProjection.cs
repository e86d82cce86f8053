using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using WebhookPlatform.Dashboard.Ledger;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.Messaging.Effects;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>Turns batches of messages into rows of the read models, and tells live clients after the commit.</summary>
public sealed class DashboardProjection(ChangeBroadcast broadcast, TimeProvider clock) : IEffectHandler<DashboardDbContext>
{
    public async Task ApplyAsync(EffectScope<DashboardDbContext> scope, CancellationToken cancellationToken)
    {
        var projected = ProjectionBatch.Of(scope.Messages.Select(received => received.Message), clock.GetUtcNow());
        var connection = (NpgsqlConnection)scope.Db.Database.GetDbConnection();
        var transaction = (NpgsqlTransaction)scope.Db.Database.CurrentTransaction!.GetDbTransaction();
        await Staleness.MarkAsync(connection, transaction, projected, cancellationToken);
        await ProjectionSql.WriteAsync(connection, transaction, projected, cancellationToken);
        await LedgerProjection.WriteAsync(connection, transaction, scope.Messages.Select(received => received.Message), clock.GetUtcNow(), cancellationToken);
        scope.OnCommitted(() => broadcast.Tell(projected.Changes));
    }
}
