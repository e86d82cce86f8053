using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>The URL that a provider called, as far as it can be known behind proxies.</summary>
internal static class RequestUrl
{
    /// <summary>What the request itself says was called, without its query.</summary>
    public static string Called(HttpRequest request) => $"{request.Scheme}://{request.Host.Value}{request.PathBase}{request.Path}";

    /// <summary>The source's public URL where it is set, else <paramref name="called"/>. What was set at the provider may have a query of its own; what a provider adds to it comes with the request.</summary>
    public static string Of(Source source, string called, string query) =>
        source.PublicUrl is not { } url ? called + query
        : query.Length == 0 || url.Contains('?', StringComparison.Ordinal) && query.Length == url.Length - url.IndexOf('?', StringComparison.Ordinal) ? url
        : url[..(url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? mark : url.Length)] + query;
}
