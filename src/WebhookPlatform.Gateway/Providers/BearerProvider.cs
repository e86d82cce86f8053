using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Any sender that proves itself as RFC 6750 says: <c>Authorization: Bearer {secret}</c>, or <c>access_token={secret}</c> in the query (sections 2.1 and 2.3).
/// It proves that the sender knows the secret, not that the body is whole: prefer <c>hmac</c> or <c>jwt</c> where there is a choice, and the header to the query, which others may log.
/// </summary>
public sealed class BearerProvider : IWebhookProvider
{
    public string Name => "bearer";

    public IReadOnlyList<string> MediaTypes { get; } = [];

    public IEnumerable<string> Validate(Source source) => [.. SourceChecks.Secrets(source), .. MappingChecks.Find(source.Mapping)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => BearerToken.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);
}
