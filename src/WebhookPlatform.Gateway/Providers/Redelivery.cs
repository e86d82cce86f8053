namespace WebhookPlatform.Gateway.Providers;

/// <summary>How long a provider may deliver the same event again. Both in days, rounded up, from the event's last delivery.</summary>
/// <param name="RetryDays">By itself, until it gives up. No source may forget event ids sooner.</param>
/// <param name="Days">In all, with what an operator can have sent again there. A source remembers event ids for so long where it says nothing else.</param>
public sealed record Redelivery(int RetryDays, int Days)
{
    /// <summary>Of a provider that gives up within a day, or does not say: with a month for whoever presses "resend".</summary>
    public static Redelivery Usual { get; } = new(RetryDays: 1, Days: 30);
}
