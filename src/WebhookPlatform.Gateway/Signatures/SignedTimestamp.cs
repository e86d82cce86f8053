using System.Globalization;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>The Unix time, in seconds, that a signature covers, so that an old request cannot be sent again.</summary>
public static class SignedTimestamp
{
    /// <summary>Longest accepted text: what 64 bits can hold.</summary>
    public const int MaxLength = 19;

    /// <summary>Reads plain digits; no sign, space or fraction.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long unixSeconds)
    {
        unixSeconds = 0;
        return text.Length <= MaxLength && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out unixSeconds);
    }

    /// <summary>
    /// What is wrong with the time of something whose signature is right: that it cannot be read, or that it is longer ago than a source believes. Null when nothing is. For schemes without a documented tolerance, whose senders may sign once and try for days:
    /// the limit is what the provider retries, for which event ids are remembered at the least, so that nothing old can take effect a second time.
    /// </summary>
    public static VerificationFailure? CheckAge(DateTimeOffset? signedAt, TimeSpan tolerance, DateTimeOffset now) =>
        signedAt is not { } at ? VerificationFailure.MalformedHeader
        : now - at > tolerance ? VerificationFailure.StaleTimestamp
        : null;

    /// <summary>Null when the time is within the tolerance of now, in both directions, the limit included.</summary>
    public static VerificationFailure? Check(long unixSeconds, TimeSpan tolerance, DateTimeOffset now)
    {
        var age = now.ToUnixTimeSeconds() - unixSeconds;
        var limit = (long)tolerance.TotalSeconds;
        return age > limit ? VerificationFailure.StaleTimestamp
            : age < -limit ? VerificationFailure.FutureTimestamp
            : null;
    }
}
