using System.Globalization;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>How far a signed time is from ours, found by asking at other times.</summary>
internal static class ClockClues
{
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(7300);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(2);

    public static Finding? Find(UnprovenCase unproven, Trials trials)
    {
        if (unproven.Failure is not (VerificationFailure.StaleTimestamp or VerificationFailure.FutureTimestamp) || !IsSigned(unproven, trials))
        {
            return null;
        }

        var isStale = unproven.Failure is VerificationFailure.StaleTimestamp;
        if (SkewOf(unproven, trials, isStale) is not { } skew)
        {
            return isStale
                ? new Finding(Causes.Clock, "The signature is right, but its time is decades ago: the sender's clock is not set.", IsProven: true)
                : new Finding(Causes.Clock, "The signature is right, but its time is beyond any clock's: the sender signs milliseconds, as it seems, where seconds are expected.", IsProven: true);
        }

        var amount = Words(skew);
        var zone = IsWholeHours(skew) ? " So many whole hours are a time zone, as a rule: the sender signs local time instead of UTC." : "";
        return isStale
            ? new Finding(Causes.Clock, $"The signature is right, but its time is {amount} ago, and the source tolerates {Words(unproven.Source.Tolerance)}: the sender's clock or ours is wrong, the request was held up on its way, or an old one was sent again.{zone}", IsProven: true)
            : new Finding(Causes.Clock, $"The signature is right, but its time is {amount} ahead of our clock, and the source tolerates {Words(unproven.Source.Tolerance)}: the sender's clock or ours is wrong.{zone}", IsProven: true);
    }

    // A provider that does not let sources choose the tolerance says as before: its word, that the signature is right for its time, has to do.
    private static bool IsSigned(UnprovenCase unproven, Trials trials)
    {
        var verification = trials.Judge(unproven.Request, trials.Patient, unproven.ReceivedAt);
        return verification.IsValid || verification.Failure == unproven.Failure;
    }

    /// <returns>Null when it is beyond what clocks show.</returns>
    private static TimeSpan? SkewOf(UnprovenCase unproven, Trials trials, bool isStale)
    {
        var sign = isStale ? -1 : 1;
        if (IsUntimely((long)Furthest.TotalSeconds, unproven.Failure))
        {
            return null;
        }

        // At the near edge of the window the failure ends; at the far edge the opposite one begins. The signed time is in the middle.
        var near = Edge(0, (long)Furthest.TotalSeconds, unproven.Failure);
        var opposite = isStale ? VerificationFailure.FutureTimestamp : VerificationFailure.StaleTimestamp;
        var window = (long)LongestWindow.TotalSeconds;
        var far = IsUntimely(near + window, opposite) ? EdgeBefore(near, near + window, opposite) : near + (2 * (long)unproven.Source.Tolerance.TotalSeconds);
        return TimeSpan.FromSeconds((near + far) / 2);

        bool IsUntimely(long seconds, VerificationFailure how) =>
            trials.Judge(unproven.Request, unproven.Source, unproven.ReceivedAt.AddSeconds(sign * seconds)).Failure == how;

        long Edge(long untimely, long timely, VerificationFailure how)
        {
            while (timely - untimely > 1)
            {
                var middle = (timely + untimely) / 2;
                (untimely, timely) = IsUntimely(middle, how) ? (middle, timely) : (untimely, middle);
            }

            return timely;
        }

        long EdgeBefore(long timely, long untimely, VerificationFailure how)
        {
            while (untimely - timely > 1)
            {
                var middle = (timely + untimely) / 2;
                (timely, untimely) = IsUntimely(middle, how) ? (timely, middle) : (middle, untimely);
            }

            return timely;
        }
    }

    // Within the minutes that a request takes, or a clock is wrong beside.
    private static bool IsWholeHours(TimeSpan skew)
    {
        var rest = skew.TotalMinutes % 60;
        return skew >= TimeSpan.FromMinutes(58) && skew < TimeSpan.FromHours(14.5) && (rest < 1 || rest > 59);
    }

    private static string Words(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } => $"{Whole(time.TotalSeconds)} seconds",
        { TotalMinutes: < 120 } => $"{Whole(Math.Floor(time.TotalMinutes))} minutes{Rest(time.Seconds, "second")}",
        { TotalHours: < 48 } => $"{Whole(Math.Floor(time.TotalHours))} hours{Rest(time.Minutes, "minute")}",
        _ => $"{Whole(Math.Floor(time.TotalDays))} days{Rest(time.Hours, "hour")}",
    };

    private static string Rest(int count, string unit) => count == 0 ? "" : $" and {Whole(count)} {unit}{(count == 1 ? "" : "s")}";

    private static string Whole(double number) => number.ToString("0", CultureInfo.InvariantCulture);
}
