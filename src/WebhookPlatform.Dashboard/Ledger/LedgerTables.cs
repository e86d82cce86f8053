using Microsoft.EntityFrameworkCore;

namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>The ledger's tables in the dashboard's database.</summary>
internal static class LedgerTables
{
    public static void AddLedgerTables(this ModelBuilder model)
    {
        model.Entity<LedgerMinuteRow>(minute =>
        {
            minute.ToTable("ledger_minutes");
            minute.HasKey(row => new { row.Minute, row.Source });
            minute.Property(row => row.Recovered).HasDefaultValue(0L);
        });
        model.Entity<LedgerAnswerRow>(answer =>
        {
            answer.ToTable("ledger_answers");
            answer.HasKey(row => new { row.Minute, row.Source, row.Service, row.Look });
        });
        model.Entity<LedgerGapRow>(gap =>
        {
            gap.ToTable("ledger_gaps");
            gap.HasKey(row => new { row.PageId, row.Service });
            gap.HasIndex(row => row.Minute);
            gap.HasIndex(row => row.DueAt);
        });
    }
}
