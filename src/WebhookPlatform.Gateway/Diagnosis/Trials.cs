using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Has the source's provider judge variations of a request, until the work that one diagnosis may take is spent.</summary>
internal sealed class Trials(UnprovenCase unproven)
{
    // As many bytes hashed as some milliseconds allow.
    private const long MostBytes = 16 * 1024 * 1024;

    // What a trial costs beside its body.
    private const int Overhead = 4096;

    private static readonly TimeSpan AnyTime = TimeSpan.FromDays(36_500);

    private long _spent;

    /// <summary>The source, with patience for any time: what is asked is who signed.</summary>
    public Source Patient { get; } = unproven.Source with { Tolerance = AnyTime };

    /// <summary>Whether nothing more may be tried.</summary>
    public bool IsSpent => _spent > MostBytes;

    public bool Believes(RawRequest request) => Believes(request, Patient, out _);

    public bool Believes(Source source) => Believes(unproven.Request, source, out _);

    /// <param name="secret">Which of the source's secrets matched; the first where the provider does not tell.</param>
    public bool Believes(RawRequest request, Source source, out int secret)
    {
        var verification = Judge(request, source, unproven.ReceivedAt);
        secret = Math.Max(verification.SecretIndex, 0);
        return verification.Failure switch
        {
            null => true,

            // Providers judge the signature first. One that does not says the same whatever is tried.
            VerificationFailure.StaleTimestamp or VerificationFailure.FutureTimestamp or VerificationFailure.NotAllowed => verification.Failure != unproven.Failure,
            _ => false,
        };
    }

    /// <summary>The provider's verdict; a mismatch when nothing more may be tried.</summary>
    public Verification Judge(RawRequest request, Source source, DateTimeOffset now)
    {
        _spent += Overhead + request.Body.Length * (long)Math.Max(1, source.Secrets.Count);
        if (IsSpent)
        {
            return VerificationFailure.SignatureMismatch;
        }

        try
        {
            return source.Provider.Verify(request, source, now);
        }
        catch (Exception)
        {
            // Variations are nothing that a sender could send: what they do to a provider is no fault of its own.
            return VerificationFailure.SignatureMismatch;
        }
    }
}
