using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>Reads headers that a signature depends on.</summary>
public static class SingleHeader
{
    /// <summary>A header that must have been sent exactly once. Otherwise says why not: repeated ones are ambiguous, and different parts of a system might read different ones.</summary>
    public static bool TryGetSingle(this in RawRequest request, string name, out string value, out VerificationFailure failure)
    {
        value = request.Header(name) ?? "";
        failure = request.IsRepeated(name) ? VerificationFailure.MalformedHeader : VerificationFailure.MissingHeader;
        return value.Length > 0;
    }
}
