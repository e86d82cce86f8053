using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Channels;
using WebhookPlatform.Notifications.Consumers;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.Notifications.Storage;
using WebhookPlatform.Notifications.Subscriptions;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Notifications;

/// <summary>The notifications service: tells people about events they subscribed to, by e-mail, chat or in the console.</summary>
public static partial class NotificationsService
{
    /// <summary>Adds everything the service is made of.</summary>
    public static void AddNotifications(this WebApplicationBuilder builder)
    {
        builder.AddDatabase<NotificationsDbContext>();
        builder.AddConsumer<NotificationsDbContext, NotificationPlanner>(Topology.Notifications);

        var services = builder.Services;
        services.AddSingleton<IValidateOptions<NotificationsOptions>, NotificationsOptionsRules>();
        services.AddOptions<NotificationsOptions>().BindConfiguration("Notifications").ValidateOnStart();
        services.AddOutboundClient(ChatChannel.Client);
        services.AddSingleton<IMailTransport>(provider =>
            provider.GetRequiredService<IOptions<NotificationsOptions>>().Value.Smtp.Host.Length > 0
                ? ActivatorUtilities.CreateInstance<SmtpTransport>(provider)
                : ActivatorUtilities.CreateInstance<FolderTransport>(provider));
        services.AddSingleton<INotificationChannel, EmailChannel>();
        services.AddSingleton<INotificationChannel, ChatChannel>();
        services.AddSingleton<INotificationChannel, InAppChannel>();
        services.AddSingleton<ChannelCatalog>();
        services.AddSingleton<SubscriptionRules>();

        services.AddSingleton<NotificationSender>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationSender>());
        services.AddHostedService(provider => new WorkRetention<NotificationsDbContext, Notification>(
            provider.GetRequiredService<IDbContextFactory<NotificationsDbContext>>(),
            provider.GetRequiredService<IOptions<NotificationsOptions>>().Value.Retention,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WorkRetention<NotificationsDbContext, Notification>>>()));
    }

    /// <summary>Maps the service's operator API.</summary>
    public static void MapNotifications(this WebApplication app)
    {
        app.MapGroup("/api/subscriptions").WithTags("Subscriptions").MapSubscriptions();
        app.MapGroup("/api/notifications").WithTags("Notifications").MapNotificationRows();
        LogMail(app.Logger, app.Services.GetRequiredService<IMailTransport>().Destination);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "E-mail goes to {Destination}")]
    private static partial void LogMail(ILogger logger, string destination);
}
