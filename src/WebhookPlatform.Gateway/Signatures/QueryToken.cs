using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>A secret in the URL's query, for senders that can be given nothing but a URL. It ends up in the logs of whatever stands between; use it only where there is no other way.</summary>
public static class QueryToken
{
    /// <summary>Judges a request by the source's secrets. The parameter must be there exactly once.</summary>
    public static Verification Verify(in RawRequest request, Source source, string parameter)
    {
        string? token = null;
        var query = request.Query.AsSpan().TrimStart('?');
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (!pair.StartsWith(parameter, StringComparison.Ordinal) || pair.Length == parameter.Length || pair[parameter.Length] != '=')
            {
                continue;
            }

            if (token is not null)
            {
                return VerificationFailure.MalformedHeader;
            }

            token = Uri.UnescapeDataString(pair[(parameter.Length + 1)..].ToString());
        }

        if (string.IsNullOrEmpty(token))
        {
            return VerificationFailure.MissingHeader;
        }

        var secret = SharedToken.FindSecret(token, source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }
}
