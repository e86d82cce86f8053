using WebhookPlatform.Automation;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.ServiceDefaults;

return await Service.RunAsync(
    args,
    "automation",
    configure: builder => builder.AddAutomation(),
    map: app => app.MapAutomation(),
    migrate: services => services.MigrateDatabaseAsync());
