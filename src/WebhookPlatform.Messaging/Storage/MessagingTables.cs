using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using WebhookPlatform.Messaging.Inbox;
using WebhookPlatform.Messaging.Ledger;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Storage;

/// <summary>The inbox and outbox tables that every service's database has.</summary>
public static class MessagingTables
{
    /// <summary>Maps <c>outbox</c>, <c>inbox</c> and <c>dead_letters</c> for a service that consumes; call from <c>OnModelCreating</c>.</summary>
    public static ModelBuilder AddMessagingTables(this ModelBuilder model) => model.AddOutboxTable().AddDeadLetterTable().Entity<InboxEntry>(inbox =>
    {
        inbox.ToTable("inbox");
        inbox.HasKey(entry => entry.MessageId);

        // Rows are written in the order of time, which is all that a block range index needs; it costs next to nothing.
        inbox.HasIndex(entry => entry.ClaimedAt).HasMethod("brin");
    });

    /// <summary>Maps <c>outbox</c> alone, for a service that only publishes.</summary>
    public static ModelBuilder AddOutboxTable(this ModelBuilder model) => model.Entity<OutboxMessage>(outbox =>
    {
        outbox.ToTable("outbox");
        outbox.HasKey(message => message.Id);
        outbox.Property(message => message.Id).UseIdentityAlwaysColumn();
        outbox.Property(message => message.Name).HasMaxLength(100);
        outbox.Property(message => message.TraceParent).HasMaxLength(55);
    });

    private static ModelBuilder AddDeadLetterTable(this ModelBuilder model) => model.Entity<DeadLetter>(dead =>
    {
        dead.ToTable("dead_letters");
        dead.HasKey(message => message.MessageId);
        dead.Property(message => message.Name).HasMaxLength(100);
        dead.Property(message => message.Error).HasMaxLength(DeadLetter.LongestError);
    });

    /// <summary>Keeps the outbox's dead rows few, since every row of it dies soon. Call at the end of the first migration's <c>Up</c>.</summary>
    public static void TuneOutbox(this MigrationBuilder migration) => migration.Sql(
        """
        ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);
        """);

    /// <summary>Lets packed outbox rows be compressed quickly, or not at all where PostgreSQL has no LZ4 (before 14, or built without): its default takes longer than writing the bytes. Call from a migration's <c>Up</c>.</summary>
    public static void CompressOutbox(this MigrationBuilder migration) => migration.Sql(
        """
        DO $$
        BEGIN
            ALTER TABLE outbox ALTER COLUMN body SET COMPRESSION lz4;
        EXCEPTION WHEN feature_not_supported OR syntax_error THEN
            ALTER TABLE outbox ALTER COLUMN body SET STORAGE EXTERNAL;
        END $$
        """);
}
