using WebhookPlatform.Gateway;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.ServiceDefaults;

return await Service.RunAsync(
    args,
    "gateway",
    configure: builder => builder.AddGateway(),
    map: app => app.MapGateway(),
    migrate: services => services.MigrateDatabaseAsync());
