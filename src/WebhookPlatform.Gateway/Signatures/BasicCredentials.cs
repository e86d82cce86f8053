using System.Buffers;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>User and password as RFC 7617 says: <c>Authorization: Basic {base64 of user:password}</c>, in UTF-8; a secret is the whole <c>user:password</c>.</summary>
public static class BasicCredentials
{
    public const string HeaderName = "Authorization";

    private const string Scheme = "Basic ";

    /// <summary>Whether the request's header is of this scheme.</summary>
    public static bool ArePresented(in RawRequest request) => request.Header(HeaderName)?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ?? false;

    /// <summary>Judges a request by the source's secrets.</summary>
    public static Verification Verify(in RawRequest request, Source source)
    {
        if (!request.TryGetSingle(HeaderName, out var header, out var failure))
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

    /// <summary>Findings about secrets that are not of the form <c>user:password</c>.</summary>
    public static IEnumerable<string> Check(Source source) => source.Secrets
        .Select((secret, i) => (secret.Text, i))
        .Where(one => !string.IsNullOrWhiteSpace(one.Text) && !one.Text.Contains(':', StringComparison.Ordinal))
        .Select(one => $"Secrets:{one.i} has no colon: write it as user:password.");
}
