using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>A secret sent as RFC 6750 says: <c>Authorization: Bearer {secret}</c>, or <c>access_token</c> in the query by senders that cannot set a header. Where there is a header, it alone counts.</summary>
public static class BearerToken
{
    public const string HeaderName = "Authorization";

    private const string Scheme = "Bearer ";

    /// <summary>Judges a request by the source's secrets.</summary>
    public static Verification Verify(in RawRequest request, Source source)
    {
        string token;
        if (request.Headers.ContainsKey(HeaderName))
        {
            if (!request.TryGetSingle(HeaderName, out var header, out var failure))
            {
                return failure;
            }

            if (!TryRead(header, out token))
            {
                return VerificationFailure.MalformedHeader;
            }
        }
        else if (!request.TryGetSingleQuery("access_token", out token, out var failure))
        {
            return failure;
        }

        var secret = SharedToken.FindSecret(token, source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    /// <summary>The token in a header's value; false where it has another scheme or none.</summary>
    public static bool TryRead(string header, out string token)
    {
        token = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        return token.Length > 0;
    }
}
