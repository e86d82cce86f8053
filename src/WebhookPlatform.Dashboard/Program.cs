using WebhookPlatform.Dashboard;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.ServiceDefaults;

return await Service.RunAsync(
    args,
    "dashboard",
    builder => builder.AddDashboard(),
    app => app.MapDashboard(),
    services => services.MigrateDatabaseAsync());
