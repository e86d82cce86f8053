using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>Any sender that signs the raw body with an HMAC in one header; header, algorithm, encoding, prefix and the mapping to events are the source's settings.</summary>
public sealed class HmacProvider : IWebhookProvider
{
    public string Name => "hmac";

    public IReadOnlyList<string> MediaTypes { get; } = [];

    public IEnumerable<string> Validate(Source source) =>
        [.. SourceChecks.Secrets(source), .. SourceChecks.Header(source), .. MappingChecks.Find(source.Mapping)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(source.Header, out var header, out var failure))
        {
            return failure;
        }

        var (algorithm, encoding, prefix) = source.Hmac;
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * HmacSignature.MaxSize], HmacSignature.Size(algorithm));
        if (!header.StartsWith(prefix, StringComparison.Ordinal) || !presented.Add(header.AsSpan(prefix.Length), encoding))
        {
            return VerificationFailure.MalformedHeader;
        }

        var secret = HmacSignature.FindSecret(algorithm, source.Secrets, [], request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);
}
