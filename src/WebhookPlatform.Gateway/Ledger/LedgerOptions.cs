namespace WebhookPlatform.Gateway.Ledger;

/// <summary>Configuration section <c>Ledger</c>: when a minute is compared with the tables, counted from its end. What is kept for that is forgotten after the last look.</summary>
public sealed class LedgerOptions
{
    /// <summary>Long enough for requests under way to be committed.</summary>
    public TimeSpan FirstLook { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Finds what was deleted meanwhile, and asks again should the first question have been lost with its queue.</summary>
    public TimeSpan SecondLook { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The last.</summary>
    public TimeSpan LastLook { get; set; } = TimeSpan.FromDays(1);

    internal bool IsValid => FirstLook >= TimeSpan.FromSeconds(1) && SecondLook > FirstLook && LastLook > SecondLook;

    internal IReadOnlyList<TimeSpan> Looks => [FirstLook, SecondLook, LastLook];
}
