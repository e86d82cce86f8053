using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>The most common scheme: one header holds a prefix and the encoded HMAC of the raw body, keyed with the secret as text.</summary>
/// <param name="Header">Must be sent exactly once.</param>
/// <param name="Prefix">Before the signature, e.g. <c>sha256=</c>; a header without it is malformed.</param>
public sealed record HmacScheme(string Header, SignatureEncoding Encoding = SignatureEncoding.Hex, HmacAlgorithm Algorithm = HmacAlgorithm.Sha256, string Prefix = "")
{
    /// <summary>What a signature that cannot be decoded is: <see cref="VerificationFailure.MalformedHeader"/>, or a mismatch where the header is nothing but the signature and providers say no more.</summary>
    public VerificationFailure Undecodable { get; init; } = VerificationFailure.SignatureMismatch;

    /// <summary>Judges a request by the source's secrets.</summary>
    /// <param name="before">What the scheme signs before the body.</param>
    public Verification Verify(in RawRequest request, Source source, ReadOnlySpan<byte> before = default)
    {
        if (!request.TryGetSingle(Header, out var header, out var failure))
        {
            return failure;
        }

        if (!header.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return VerificationFailure.MalformedHeader;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * HmacSignature.MaxSize], HmacSignature.Size(Algorithm));
        if (!presented.Add(header.AsSpan(Prefix.Length), Encoding))
        {
            return Undecodable;
        }

        var secret = HmacSignature.FindSecret(Algorithm, source.Secrets, before, request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }

    /// <summary>Judges a request whose signature covers a text before the body, such as a time or an address.</summary>
    public Verification Verify(in RawRequest request, Source source, string before) => Verify(request, source, System.Text.Encoding.UTF8.GetBytes(before));
}
