namespace WebhookPlatform.Automation;

/// <summary>Configuration section <c>Automation</c>.</summary>
public sealed class AutomationOptions
{
    /// <summary>Actions under way at once in this process.</summary>
    public int Parallelism { get; set; } = 16;

    /// <summary>Attempts of one action before its run is dead.</summary>
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Upper bound of the first pause between attempts; it doubles with every attempt, with jitter.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Upper bound of any pause, also of one that a receiver asks for with Retry-After.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long finished and dead runs are kept.</summary>
    public TimeSpan RunRetention { get; set; } = TimeSpan.FromDays(30);
}
