using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using WebhookPlatform.Messaging.Inbox;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Storage;

/// <summary>The inbox and outbox tables that every service's database has.</summary>
public static class MessagingTables
{
    /// <summary>Maps <c>outbox</c> and <c>inbox</c> for a service that consumes; call from <c>OnModelCreating</c>.</summary>
    public static ModelBuilder AddMessagingTables(this ModelBuilder model) => model.AddOutboxTable().Entity<InboxEntry>(inbox =>
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

    /// <summary>Makes every insert into the outbox wake the relays, and keeps the table's dead rows few: it churns. Call at the end of the first migration's <c>Up</c>.</summary>
    public static void AddOutboxWakeUp(this MigrationBuilder migration) => migration.Sql(
        """
        CREATE FUNCTION outbox_wake_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$;
        CREATE TRIGGER outbox_wake_up AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake_up();
        ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);
        """);
}
