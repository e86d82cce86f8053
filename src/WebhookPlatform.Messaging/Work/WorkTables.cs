using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebhookPlatform.Messaging.Work;

/// <summary>The columns and the index that every work table has.</summary>
public static class WorkTables
{
    /// <summary>Maps the common columns; call for each <see cref="WorkItem"/> from <c>OnModelCreating</c>.</summary>
    public static EntityTypeBuilder<TItem> IsWork<TItem>(this EntityTypeBuilder<TItem> item)
        where TItem : WorkItem
    {
        item.HasKey(row => row.Id);
        item.Property(row => row.State).HasConversion<string>().HasMaxLength(10);

        // A lease is known by when it ends: whoever read the row under another lease, or before somebody decided on it, must not write it.
        item.Property(row => row.DueAt).IsConcurrencyToken();
        item.Property(row => row.LastError).HasMaxLength(WorkItem.LongestError);
        item.Property(row => row.TraceParent).HasMaxLength(55);
        item.HasIndex(row => row.DueAt).HasFilter("state = 'Pending'");
        return item;
    }
}
