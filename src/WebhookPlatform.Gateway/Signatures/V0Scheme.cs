using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>Slack's scheme, which others took over: <c>v0:{timestamp}:</c> and the raw body (HMAC-SHA256, hex) as <c>v0=…</c>, the Unix time in a header of its own.</summary>
/// <param name="Header">Carries the signature; must be sent exactly once.</param>
/// <param name="TimestampHeader">Carries the time; must be sent exactly once.</param>
public sealed record V0Scheme(string Header, string TimestampHeader)
{
    /// <summary>Judges a request by the source's secrets and its tolerance.</summary>
    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var verification = VerifyUntimed(request, source, out var unixSeconds);
        return verification.IsValid && SignedTimestamp.Check(unixSeconds, source.Tolerance, now) is { } untimely ? untimely : verification;
    }

    /// <summary>Judges the signature alone, for what is made of an already verified request with the secret that it was signed with.</summary>
    public Verification VerifyUntimed(in RawRequest request, Source source, out long unixSeconds)
    {
        unixSeconds = 0;
        if (!request.TryGetSingle(TimestampHeader, out var timestamp, out var failure)
            || !request.TryGetSingle(Header, out var header, out failure))
        {
            return failure;
        }

        if (!SignedTimestamp.TryParse(timestamp, out unixSeconds))
        {
            return VerificationFailure.MalformedHeader;
        }

        if (!header.StartsWith("v0=", StringComparison.Ordinal))
        {
            return header is ['v', >= '0' and <= '9', '=', ..] ? VerificationFailure.NoSupportedScheme : VerificationFailure.MalformedHeader;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        if (!presented.AddHex(header.AsSpan(3)))
        {
            return VerificationFailure.MalformedHeader;
        }

        Span<byte> before = stackalloc byte[3 + SignedTimestamp.MaxLength + 1];
        "v0:"u8.CopyTo(before);
        var length = 3 + Encoding.ASCII.GetBytes(timestamp, before[3..]);
        before[length++] = (byte)':';
        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, before[..length], request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }
}
