using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>
/// Finds out why a request was not believed by having its provider judge variations of it: another time, another secret, another form of headers, URL or body.
/// Knows no scheme, so it works for all of them. What a variation proves needs a secret, so no forger can make it up.
/// </summary>
public static class Diagnostician
{
    /// <summary>Larger bodies are not looked into.</summary>
    public const int LargestBody = 256 * 1024;

    private static ReadOnlySpan<byte> ReplacementCharacter => [0xEF, 0xBF, 0xBD];

    /// <summary>The likeliest reason. Takes some milliseconds of work at most.</summary>
    public static Finding Diagnose(UnprovenCase unproven)
    {
        var trials = new Trials(unproven);
        return Find(unproven, trials) ?? Unexplained(unproven);
    }

    /// <summary>What the failure alone says.</summary>
    public static Finding Undiagnosed(VerificationFailure failure) => Causes.Of(failure) is { } cause
        ? Guess(cause, VerificationWords.Detail(failure))
        : Guess(Causes.Undiagnosed, $"{VerificationWords.Detail(failure)} It was not looked into: too much came at once, or it is too large.");

    private static Finding? Find(UnprovenCase unproven, Trials trials)
    {
        // Its proof lies with somebody else: variations would have to ask there.
        if (unproven.Source.Provider is IRemoteProvider)
        {
            return null;
        }

        return unproven.Failure switch
        {
            VerificationFailure.StaleTimestamp or VerificationFailure.FutureTimestamp => ClockClues.Find(unproven, trials) ?? Changed(unproven, trials),
            VerificationFailure.MissingHeader => HeaderClues.Missing(unproven, trials),
            VerificationFailure.TokenMismatch => SecretClues.Find(unproven, trials) ?? SignatureClues.Find(unproven, trials),
            VerificationFailure.UntrustedKey or VerificationFailure.NotAllowed => null,
            _ => HeaderClues.Repeated(unproven, trials) ?? Changed(unproven, trials),
        };
    }

    private static Finding? Changed(UnprovenCase unproven, Trials trials) =>
        SecretClues.Find(unproven, trials) ?? SignatureClues.Find(unproven, trials) ?? UrlClues.Find(unproven, trials) ?? BodyClues.Find(unproven, trials);

    private static Finding Unexplained(UnprovenCase unproven)
    {
        var words = VerificationWords.Detail(unproven.Failure);
        if (unproven.Failure is not VerificationFailure.SignatureMismatch)
        {
            return Guess(Causes.Of(unproven.Failure) ?? Causes.Unexplained, words);
        }

        if (unproven.Request.Body.Span.IndexOf(ReplacementCharacter) >= 0)
        {
            return Guess(Causes.BodyEncoding, $"{words} The body holds replacement characters (U+FFFD): something on the way has read it in a wrong encoding and written it anew.");
        }

        var isTestSecret = unproven.Source.Secrets.Any(secret => secret.Text.Contains("_test_", StringComparison.Ordinal));
        return TestMode.Of(unproven.Request) switch
        {
            { IsTest: true } said => Guess(Causes.TestMode, $"{words} The body says that it is a test event ({said.Field}), and test mode has a secret of its own at most providers: is the source's that of live mode?"),
            { IsTest: false } said when isTestSecret => Guess(Causes.LiveMode, $"{words} The body says that it is a live event ({said.Field}), and the source's secret is one of test mode by its name."),
            _ => Guess(Causes.Unexplained, words),
        };
    }

    private static Finding Guess(string cause, string sentence) => new(cause, sentence, IsProven: false);
}
