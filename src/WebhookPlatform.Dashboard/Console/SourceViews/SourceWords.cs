using WebhookPlatform.Dashboard.Console.Gateway;

namespace WebhookPlatform.Dashboard.Console.SourceViews;

/// <summary>The gateway's short names and counts, for people.</summary>
public static class SourceWords
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Why a request was not accepted, in a few words; a name that is not known stays as it is.</summary>
    public static string Reason(string reason) => reason switch
    {
        "signature-mismatch" => "Signature does not match",
        "signature-missing" => "Not signed",
        "signature-malformed" => "Signature cannot be read",
        "signature-scheme" => "Signature version not accepted",
        "timestamp-stale" => "Too old",
        "timestamp-future" => "From the future",
        "token-mismatch" => "Token does not match",
        "key-untrusted" => "Key not trusted",
        "not-allowed" => "Not allowed by the settings",
        "body-too-large" => "Body too large",
        "body-too-slow" => "Body too slow",
        "headers-too-large" => "Headers too large",
        "content-encoding" => "Compressed body",
        "media-type" => "Wrong media type",
        "method-not-allowed" => "Wrong method",
        "unknown-source" => "Unknown source",
        _ => reason,
    };

    /// <summary>What a diagnosis has found, in a few words; a name that is not known stays as it is.</summary>
    public static string Cause(string cause) => cause switch
    {
        "unexplained" => "Another secret or a forgery",
        "retired-secret" => "Retired secret",
        "other-source" => "Another source's secret",
        "other-provider" => "Another provider's webhook",
        "secret-form" => "Secret in another form",
        "header-missing" => "Header missing",
        "header-renamed" => "Header renamed",
        "header-repeated" => "Header repeated",
        "header-setting" => "Header set wrong",
        "signature-settings" => "Signature settings",
        "signature-encoding" => "Signature encoding",
        "clock" => "Clock is off",
        "url" => "Another URL signed",
        "body" => "Body changed on its way",
        "body-encoding" => "Body written in another encoding",
        "test-mode" => "Test event, live secret?",
        "live-mode" => "Live event, test secret?",
        "undiagnosed" => "Not looked into",
        "unknown" => "Cause not known",
        _ => Reason(cause),
    };

    /// <summary>Why a request was not believed, in a few words: its cause, or the reason where nobody has looked for the cause or the gateway does not say it.</summary>
    public static string Title(string reason, string? cause) => cause switch
    {
        null or "" or "unknown" or "undiagnosed" => Reason(reason),
        _ => Cause(cause),
    };

    /// <summary>Where a source comes from.</summary>
    public static string Origin(SourceFacts source) => source.IsChangeable ? "made through the API" : $"from the gateway's configuration (Sources:{source.Name})";

    /// <summary>What became of a quarantine that was judged again, in a sentence or two.</summary>
    public static string Released(ReleaseResult result)
    {
        string[] done =
        [
            Part(result.Released, "{0} let in"),
            Part(result.Duplicates, "{0} here already, sent again meanwhile"),
            Part(result.Conflicts, "{0} kept as a conflict: the id of an earlier delivery with another body"),
            Part(result.Handshakes, "{0} nothing but a handshake, done with"),
        ];
        string[] left =
        [
            Part(result.Kept, "{0} still not believed: kept until they expire"),
            Part(result.Postponed, "{0} could not be judged now: release them again"),
            Part(result.Unreadable, "{0} cannot be decrypted any more"),
        ];
        var parts = done.Concat(left).Where(part => part.Length > 0).ToList();
        return parts.Count == 0 ? "There was nothing to judge." : $"{(done.All(part => part.Length == 0) ? "Nothing let in; " : "")}{string.Join("; ", parts)}.";
    }

    /// <summary>Good when something was let in or there already, a warning when something is left or clashes.</summary>
    public static string Tone(ReleaseResult result) => result.Kept + result.Postponed + result.Unreadable + result.Conflicts > 0 ? "warn" : "good";

    /// <summary>Whether a secret is used, and the CSS class of that.</summary>
    public static (string Words, string Tone) Use(SecretLine secret, DateTimeOffset now) => (now - secret.LastMatchedAt) switch
    {
        null => ("no match yet", "plain"),
        var age when age < Lately => ("in use", "good"),
        var age when age < Day => ("used today", "info"),
        _ => ("quiet", "warn"),
    };

    private static string Part(int count, string words) => count == 0 ? "" : words.Replace("{0}", Numbers.Count(count), StringComparison.Ordinal);
}
