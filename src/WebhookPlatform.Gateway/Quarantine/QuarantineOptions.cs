using System.ComponentModel.DataAnnotations;

namespace WebhookPlatform.Gateway.Quarantine;

/// <summary>Configuration section <c>Gateway:Quarantine</c>: how much is kept of what was not believed, for each source.</summary>
public sealed class QuarantineOptions
{
    /// <summary>Most requests: 0 to 100000; 0 keeps none.</summary>
    [Range(0, 100_000, ErrorMessage = "Gateway:Quarantine:MaxRequests must be between 0 and 100000.")]
    public int MaxRequests { get; set; } = 1000;

    /// <summary>Most bytes, headers included; 16 MiB by default, 1 GiB at most.</summary>
    [Range(0, 1024L * 1024 * 1024, ErrorMessage = "Gateway:Quarantine:MaxBytes must be between 0 and 1073741824.")]
    public long MaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Days: 1 to 90. Never longer than the source remembers event ids (see <see cref="Deliveries.ClaimHorizons"/>), since what is let in has to be known as a repeat if it is one.</summary>
    [Range(1, 90, ErrorMessage = "Gateway:Quarantine:KeepDays must be between 1 and 90.")]
    public int KeepDays { get; set; } = 7;

    /// <summary>How many a second are taken in lastingly; ten times as many at once. 1 to 1000.</summary>
    [Range(1, 1000, ErrorMessage = "Gateway:Quarantine:MaxPerSecond must be between 1 and 1000.")]
    public int MaxPerSecond { get; set; } = 10;
}
