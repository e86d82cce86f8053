using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Design;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.Notifications.Subscriptions;

namespace WebhookPlatform.Notifications.Storage;

/// <summary>The database <c>notifications</c>.</summary>
public sealed class NotificationsDbContext(DbContextOptions<NotificationsDbContext> options) : DbContext(options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public DbSet<Subscription> Subscriptions => Set<Subscription>();

    public DbSet<Notification> Notifications => Set<Notification>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddMessagingTables();
        modelBuilder.Entity<Subscription>(subscription =>
        {
            subscription.ToTable("subscriptions");
            subscription.Property(row => row.Conditions).HasColumnType("jsonb").HasConversion(
                conditions => JsonSerializer.Serialize(conditions, Json),
                stored => JsonSerializer.Deserialize<List<Condition>>(stored, Json)!,
                new ValueComparer<IReadOnlyList<Condition>>((left, right) => left!.SequenceEqual(right!), list => list.Count, list => list));
            subscription.Property(row => row.Version).HasColumnName("xmin").HasColumnType("xid").IsRowVersion();
        });
        modelBuilder.Entity<Notification>(notification =>
        {
            notification.ToTable("notifications");
            notification.IsWork();
            notification.HasMany(row => row.History).WithOne().HasForeignKey(attempt => attempt.NotificationId).OnDelete(DeleteBehavior.Cascade);
            notification.HasIndex(row => new { row.CreatedAt, row.Id });
            notification.HasIndex(row => row.FinishedAt).HasFilter("state <> 'Pending'");
        });
        modelBuilder.Entity<NotificationAttempt>(attempt =>
        {
            attempt.ToTable("notification_attempts");
            attempt.Property(row => row.Id).UseIdentityAlwaysColumn();
            attempt.Property(row => row.Outcome).HasConversion<string>().HasMaxLength(10);
        });
    }
}

/// <summary>Lets <c>dotnet ef migrations add</c> work without a server.</summary>
public sealed class NotificationsDbContextFactory : IDesignTimeDbContextFactory<NotificationsDbContext>
{
    public NotificationsDbContext CreateDbContext(string[] args) =>
        new((DbContextOptions<NotificationsDbContext>)Database.Configure(new DbContextOptionsBuilder<NotificationsDbContext>().UseNpgsql("Host=design-time;Database=notifications")).Options);
}
