using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Why a request was not believed, for the operator.</summary>
internal static class VerificationWords
{
    public static string Name(VerificationFailure failure) => failure switch
    {
        VerificationFailure.MissingHeader => "signature-missing",
        VerificationFailure.MalformedHeader => "signature-malformed",
        VerificationFailure.NoSupportedScheme => "signature-scheme",
        VerificationFailure.StaleTimestamp => "timestamp-stale",
        VerificationFailure.FutureTimestamp => "timestamp-future",
        VerificationFailure.TokenMismatch => "token-mismatch",
        VerificationFailure.UntrustedKey => "key-untrusted",
        VerificationFailure.NotAllowed => "not-allowed",
        _ => "signature-mismatch",
    };

    public static string Detail(VerificationFailure failure) => failure switch
    {
        VerificationFailure.MissingHeader => "A header that proves the sender is missing: does a proxy remove or rename it, or is the source's Header set wrong?",
        VerificationFailure.MalformedHeader => "A header that proves the sender cannot be read or came more than once.",
        VerificationFailure.NoSupportedScheme => "Only signature versions were presented that are not accepted.",
        VerificationFailure.StaleTimestamp => "The signature is right for its time, but that is longer ago than the tolerance: a replayed request, or a wrong clock.",
        VerificationFailure.FutureTimestamp => "The signature's time is further in the future than the tolerance: a wrong clock.",
        VerificationFailure.TokenMismatch => "The presented token is none of the source's secrets.",
        VerificationFailure.UntrustedKey => "The certificate or key that should prove the sender is not the provider's, unknown or expired.",
        VerificationFailure.NotAllowed => "The sender is proven, but this is nothing the source takes: see its settings.",
        _ => "No secret of the source gives the presented signature: a forgery, another secret, or a body changed on its way.",
    };
}
