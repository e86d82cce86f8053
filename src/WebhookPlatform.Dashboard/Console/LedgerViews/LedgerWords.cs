using System.Globalization;
using WebhookPlatform.Dashboard.Ledger;

namespace WebhookPlatform.Dashboard.Console.LedgerViews;

/// <summary>The ledger for people, in few words.</summary>
internal static class LedgerWords
{
    /// <summary>What to know besides the verdict.</summary>
    public static string Note(LedgerReport ledger) => ledger switch
    {
        { Balanced: false } => "missing: see which",
        { Through: null } => "nothing audited yet",
        { Dead: > 0 } => $"{Numbers.Count(ledger.Dead)} in error queues",
        { InFlight: > 0 } => $"{Numbers.Count(ledger.InFlight)} in flight",
        { Through: { } through } => string.Create(CultureInfo.InvariantCulture, $"through {through.UtcDateTime:HH:mm} UTC"),
    };

    /// <summary>CSS class of the verdict.</summary>
    public static string Tone(LedgerReport ledger) => ledger switch
    {
        { Balanced: false } => "bad",
        { Through: null } => "",
        { Dead: > 0 } => "warn",
        _ => "good",
    };

    /// <summary>What a missing row means.</summary>
    public static string Lacking(string row) => row switch
    {
        "delivery" => "stored delivery",
        "claim" => "duplicate claim",
        "inbox" => "inbox entry",
        "activity" => "line of the feed",
        "dead" => "in the error queue",
        _ => row,
    };
}
