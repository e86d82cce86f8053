using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Automation.Runs;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Automation.Storage;

/// <summary>The database <c>automation</c>: rules, runs and their attempts, inbox and outbox.</summary>
public sealed class AutomationDbContext(DbContextOptions<AutomationDbContext> options) : DbContext(options)
{
    public DbSet<Rule> Rules => Set<Rule>();

    public DbSet<Run> Runs => Set<Run>();

    public DbSet<RunAttempt> Attempts => Set<RunAttempt>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddMessagingTables();
        modelBuilder.Entity<Rule>(rule =>
        {
            rule.ToTable("rules");
            rule.HasKey(row => row.Id);
            rule.Property(row => row.Name).HasMaxLength(RuleReader.LongestName);
            rule.Property(row => row.EventType).HasMaxLength(100);
            rule.Property(row => row.Conditions).IsJson(AutomationJson.Default.IReadOnlyListCondition);
            rule.Property(row => row.Actions).IsJson(AutomationJson.Default.IReadOnlyListRuleAction);
            rule.Property(row => row.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<Run>(run =>
        {
            run.ToTable("runs");
            run.IsWork();
            run.Property(row => row.RuleName).HasMaxLength(RuleReader.LongestName);
            run.Property(row => row.EventType).HasMaxLength(100);
            run.Property(row => row.Actions).IsJson(AutomationJson.Default.IReadOnlyListRuleAction);
            run.Property(row => row.Subject).HasMaxLength(Run.LongestSubject);
            run.HasIndex(row => new { row.CreatedAt, row.Id });
            run.HasIndex(row => new { row.RuleId, row.CreatedAt });
            run.HasIndex(row => row.FinishedAt);
        });
        modelBuilder.Entity<RunAttempt>(attempt =>
        {
            attempt.ToTable("run_attempts");
            attempt.HasKey(row => new { row.RunId, row.Number });
            attempt.Property(row => row.Outcome).HasConversion<string>().HasMaxLength(10);
            attempt.Property(row => row.Error).HasMaxLength(WorkItem.LongestError);
            attempt.HasOne<Run>().WithMany().HasForeignKey(row => row.RunId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
