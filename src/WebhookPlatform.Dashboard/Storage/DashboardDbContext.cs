using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using WebhookPlatform.Dashboard.Ledger;
using WebhookPlatform.Messaging.Storage;

namespace WebhookPlatform.Dashboard.Storage;

/// <summary>The read models, and the keys that protect login cookies.</summary>
public sealed class DashboardDbContext(DbContextOptions<DashboardDbContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<EventMinute> EventMinutes => Set<EventMinute>();

    public DbSet<IngressMinute> IngressMinutes => Set<IngressMinute>();

    public DbSet<PaymentDayRow> PaymentDays => Set<PaymentDayRow>();

    public DbSet<PaymentRow> Payments => Set<PaymentRow>();

    public DbSet<ActivityRow> Activities => Set<ActivityRow>();

    public DbSet<AlertRow> Alerts => Set<AlertRow>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddMessagingTables();
        modelBuilder.AddLedgerTables();
        modelBuilder.Entity<EventMinute>(minute =>
        {
            minute.ToTable("event_minutes");
            minute.HasKey(row => new { row.Minute, row.Kind, row.Source, row.Provider, row.Type });
        });
        modelBuilder.Entity<IngressMinute>(minute =>
        {
            minute.ToTable("ingress_minutes");
            minute.HasKey(row => new { row.Minute, row.Source });
        });
        modelBuilder.Entity<PaymentDayRow>(day =>
        {
            day.ToTable("payment_days");
            day.HasKey(row => new { row.Day, row.Currency });
        });
        modelBuilder.Entity<PaymentRow>(payment =>
        {
            payment.ToTable("payments");
            payment.HasKey(row => new { row.Source, row.PaymentId, row.Currency });
            payment.HasIndex(row => row.LatestAt);
        });
        modelBuilder.Entity<SubjectRow>(subject =>
        {
            subject.ToTable("subjects");
            subject.HasKey(row => new { row.Source, row.Subject });
            subject.HasIndex(row => row.LatestAt).HasMethod("brin");
        });
        modelBuilder.Entity<ActivityRow>(activity =>
        {
            activity.ToTable("activities");
            activity.HasKey(row => row.Position);
            activity.Property(row => row.Position).UseIdentityAlwaysColumn();
            activity.Property(row => row.Recovered).HasDefaultValue(false);
            activity.HasIndex(row => row.Id).IsUnique();
            activity.HasIndex(row => new { row.At, row.Position });
            activity.HasIndex(row => row.DeliveryId);
        });
        modelBuilder.Entity<AlertRow>(alert =>
        {
            alert.ToTable("alerts");
            alert.HasKey(row => row.Id);
            alert.HasIndex(row => row.At);
        });
    }
}

/// <summary>For <c>dotnet ef migrations add</c>; connects to nothing.</summary>
internal sealed class DashboardDesign : IDesignTimeDbContextFactory<DashboardDbContext>
{
    public DashboardDbContext CreateDbContext(string[] args) =>
        new(((DbContextOptionsBuilder<DashboardDbContext>)Database.Configure(new DbContextOptionsBuilder<DashboardDbContext>().UseNpgsql())).Options);
}
