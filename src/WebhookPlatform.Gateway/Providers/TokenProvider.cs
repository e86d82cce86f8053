using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Any sender that sends a shared secret along in a header: <c>X-Signature: abc123xyz</c>. In <c>Authorization</c> it may stand alone or after <c>Bearer</c>.
/// It proves that the sender knows the secret, not that the body is whole: prefer <c>hmac</c> where there is a choice.
/// </summary>
public sealed class TokenProvider : IWebhookProvider
{
    private const string Scheme = "Bearer ";

    public string Name => "token";

    public IReadOnlyList<string> MediaTypes { get; } = [];

    public IEnumerable<string> Validate(Source source) =>
        [.. SourceChecks.Secrets(source), .. SourceChecks.Header(source), .. MappingChecks.Find(source.Mapping)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(source.Header, out var header, out var failure))
        {
            return failure;
        }

        var secret = SharedToken.FindSecret(TokenIn(header, source.Header), source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);

    private static string TokenIn(string header, string name) =>
        name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : header;
}
