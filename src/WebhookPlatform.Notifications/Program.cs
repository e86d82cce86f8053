using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Notifications;
using WebhookPlatform.ServiceDefaults;

return await Service.RunAsync(
    args,
    "notifications",
    builder => builder.AddNotifications(),
    app => app.MapNotifications(),
    services => services.MigrateDatabaseAsync());
