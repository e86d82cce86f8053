using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace WebhookPlatform.Gateway.Ledger;

/// <summary>The ledger's tables in the gateway's database.</summary>
internal static class LedgerTables
{
    public static void AddLedgerTables(this ModelBuilder model)
    {
        model.Entity<JournalRow>(row =>
        {
            row.ToTable("journal");
            row.HasKey(journal => new { journal.Minute, journal.Id });
            row.Property(journal => journal.Id).UseIdentityAlwaysColumn();
        });
        model.Entity<AuditedMinute>(minute =>
        {
            minute.ToTable("audited_minutes");
            minute.HasKey(row => row.Minute);
            minute.HasIndex(row => row.DueAt).HasFilter("due_at IS NOT NULL");
        });
    }

    /// <summary>Call at the end of the migration that makes the tables: ids do not compress, and minutes from before there was a journal are not audited.</summary>
    public static void BeginLedger(this MigrationBuilder migration) => migration.Sql(
        """
        ALTER TABLE journal ALTER COLUMN entries SET STORAGE EXTERNAL;
        INSERT INTO audited_minutes (minute, looks)
        SELECT date_trunc('minute', now()) - CASE WHEN EXISTS (SELECT FROM tallies WHERE minute >= date_trunc('minute', now())) THEN interval '0' ELSE interval '1 minute' END, 0;
        """);
}
