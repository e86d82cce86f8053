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

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) =>
        new HmacScheme(source.Header, source.Hmac.Encoding, source.Hmac.Algorithm, source.Hmac.Prefix) { Undecodable = VerificationFailure.MalformedHeader }.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);
}
