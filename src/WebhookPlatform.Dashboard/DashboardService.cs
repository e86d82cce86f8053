using WebhookPlatform.Dashboard.Access;
using WebhookPlatform.Dashboard.Console;
using WebhookPlatform.Dashboard.Ledger;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Projections;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Dashboard;

/// <summary>The dashboard's composition root, also used by tests.</summary>
public static class DashboardService
{
    /// <summary>Adds read models, their projection, live updates and the console.</summary>
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        builder.AddDatabase<DashboardDbContext>();
        builder.AddRetention();
        builder.AddConsumer<DashboardDbContext, DashboardProjection>(Topology.Dashboard, ChangeBroadcast.Listen);
        builder.AddLive();
        builder.AddLedger();
        builder.Services.AddSingleton<DashboardQueries>();
        builder.AddConsoleAccess();
        builder.AddConsole();
        return builder;
    }

    /// <summary>Maps the API, the live streams, login and the console's pages.</summary>
    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.UseRateLimiter();
        app.MapQueries();
        app.MapLedger();
        app.MapLive();
        app.MapLogin();
        app.MapConsole();
        return app;
    }
}
