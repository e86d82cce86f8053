using System.ComponentModel.DataAnnotations;

namespace WebhookPlatform.Dashboard;

/// <summary>Configuration section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>Days that the feed, the timelines, the alerts and the ledger are kept.</summary>
    [Range(1, 3650)]
    public int KeepActivityDays { get; set; } = 30;

    /// <summary>Days that the counts per minute are kept.</summary>
    [Range(1, 3650)]
    public int KeepMinutesDays { get; set; } = 90;
}
