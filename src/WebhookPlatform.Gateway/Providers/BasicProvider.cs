using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Any sender that proves itself by user and password as RFC 7617 says: <c>Authorization: Basic {base64 of user:password}</c>, in UTF-8; a secret is the whole <c>user:password</c>.
/// It proves that the sender knows the secret, not that the body is whole: prefer <c>hmac</c> where there is a choice.
/// </summary>
public sealed class BasicProvider : IWebhookProvider
{
    public string Name => "basic";

    public IReadOnlyList<string> MediaTypes { get; } = [];

    public IEnumerable<string> Validate(Source source) =>
        [.. SourceChecks.Secrets(source), .. BasicCredentials.Check(source), .. MappingChecks.Find(source.Mapping)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => BasicCredentials.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);
}
