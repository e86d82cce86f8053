using System.Buffers;
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
    private const string Scheme = "Basic ";

    public string Name => "basic";

    public IReadOnlyList<string> MediaTypes { get; } = [];

    public IEnumerable<string> Validate(Source source) =>
        [.. SourceChecks.Secrets(source), .. CheckColons(source), .. MappingChecks.Find(source.Mapping)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(BearerToken.HeaderName, out var header, out var failure))
        {
            return failure;
        }

        var encoded = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header.AsSpan(Scheme.Length).Trim() : default;
        var buffer = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            if (!Convert.TryFromBase64Chars(encoded, buffer, out var length) || length == 0)
            {
                return VerificationFailure.MalformedHeader;
            }

            var secret = SharedToken.FindSecret(buffer.AsSpan(0, length), source.Secrets);
            return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);

    private static IEnumerable<string> CheckColons(Source source) => source.Secrets
        .Select((secret, i) => (secret.Text, i))
        .Where(one => !string.IsNullOrWhiteSpace(one.Text) && !one.Text.Contains(':', StringComparison.Ordinal))
        .Select(one => $"Secrets:{one.i} has no colon: write it as user:password.");
}
