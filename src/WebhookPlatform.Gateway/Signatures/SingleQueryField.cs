using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>Reads fields of the query that a proof depends on.</summary>
public static class SingleQueryField
{
    /// <summary>A field that must be in the query exactly once, percent-decoded. Otherwise says why not. A plus stays one: tokens have pluses, and no spaces.</summary>
    public static bool TryGetSingleQuery(this in RawRequest request, string name, out string value, out VerificationFailure failure)
    {
        value = "";
        failure = VerificationFailure.MissingHeader;
        var query = request.Query.AsSpan().TrimStart('?');
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.Length <= name.Length || pair[name.Length] != '=' || !pair.StartsWith(name, StringComparison.Ordinal))
            {
                continue;
            }

            if (value.Length > 0)
            {
                value = "";
                failure = VerificationFailure.MalformedHeader;
                return false;
            }

            value = Uri.UnescapeDataString(pair[(name.Length + 1)..]);
        }

        return value.Length > 0;
    }
}
