using System.Text.Json;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Diagnosis;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.Gateway.Quarantine;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Replays;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Tallies;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Gateway.Storage;

/// <summary>The database <c>gateway</c>. The hot path writes it with plain SQL (see <see cref="Ingress.IngestWriter"/>); this maps it for everything else.</summary>
public sealed class GatewayDbContext(DbContextOptions<GatewayDbContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<Claim> Claims => Set<Claim>();

    public DbSet<Rejection> Rejections => Set<Rejection>();

    public DbSet<Tally> Tallies => Set<Tally>();

    public DbSet<Replay> Replays => Set<Replay>();

    public DbSet<StoredSource> Sources => Set<StoredSource>();

    public DbSet<SecretRecord> SourceSecrets => Set<SecretRecord>();

    public DbSet<SecretUse> SecretUses => Set<SecretUse>();

    public DbSet<QuarantinedRequest> Quarantine => Set<QuarantinedRequest>();

    public DbSet<RecoveryRun> Recoveries => Set<RecoveryRun>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddOutboxTable();
        modelBuilder.AddLedgerTables();
        modelBuilder.Entity<Delivery>(delivery =>
        {
            delivery.ToTable("deliveries");
            delivery.Property(row => row.Status).HasConversion<string>().HasMaxLength(10);
            delivery.Property(row => row.Headers).HasColumnType("jsonb").HasConversion(
                headers => JsonSerializer.Serialize(headers, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<IReadOnlyDictionary<string, string>>(json, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyDictionary<string, string>>((a, b) => ReferenceEquals(a, b), headers => headers.Count, headers => headers));

            // Partitioned by day, see DeliveryPartitions. Ids grow with time, so one index serves "the newest of a source"; the primary key serves "the newest of all".
            delivery.HasIndex(row => new { row.Source, row.Id });
            delivery.HasIndex(row => row.ConflictOf).HasFilter("conflict_of IS NOT NULL");
            delivery.HasIndex(row => new { row.Recovery, row.Id }).HasFilter("recovery IS NOT NULL");
        });
        modelBuilder.Entity<Claim>(claim =>
        {
            claim.ToTable("claims");
            claim.HasKey(row => new { row.Source, row.EventKey });
            claim.Property(row => row.Duplicates).HasDefaultValue(0);

            // For the purge alone: rows are written in the order of time, which is all that a block range index needs.
            claim.HasIndex(row => row.LastSeenAt).HasMethod("brin");
        });
        modelBuilder.Entity<Rejection>(rejection =>
        {
            rejection.ToTable("rejections");
            rejection.Property(row => row.Id).UseIdentityAlwaysColumn();
            rejection.Property(row => row.Cause).HasDefaultValue(Causes.Unknown);
        });
        modelBuilder.Entity<Tally>(tally =>
        {
            tally.ToTable("tallies");
            tally.HasKey(row => new { row.Minute, row.Source, row.Shard });
            tally.Property(row => row.Recovered).HasDefaultValue(0L);
        });
        modelBuilder.Entity<Replay>(replay =>
        {
            replay.ToTable("replays");
            replay.HasIndex(row => row.DeliveryId);
        });
        modelBuilder.Entity<StoredSource>(source =>
        {
            source.ToTable("sources");
            source.HasKey(row => row.Name);

            // Who changes a source has seen what it was.
            source.Property(row => row.ChangedAt).IsConcurrencyToken();
        });
        modelBuilder.Entity<SecretRecord>(secret =>
        {
            secret.ToTable("source_secrets");
            secret.HasKey(row => new { row.Source, row.Id });
        });
        modelBuilder.Entity<SecretUse>(use =>
        {
            use.ToTable("secret_uses");
            use.HasKey(row => new { row.Source, row.Secret, row.Hour });
        });
        modelBuilder.Entity<QuarantinedRequest>(request =>
        {
            request.ToTable("quarantine");
            request.Property(row => row.Id).UseIdentityAlwaysColumn();
            request.HasIndex(row => new { row.Source, row.Id });
        });
        modelBuilder.Entity<RecoveryRun>(run =>
        {
            run.ToTable("recoveries").IsWork();
            run.Property(row => row.Trigger).HasConversion<string>().HasMaxLength(10);
            run.HasIndex(row => new { row.Source, row.Id });

            // One run of a source at a time, whichever replica does it.
            run.HasIndex(row => row.Source).IsUnique().HasFilter("state = 'Pending'");
        });
        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.ToTable("audit");
            entry.Property(row => row.Id).UseIdentityAlwaysColumn();
        });
    }
}
