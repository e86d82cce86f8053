using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Primitives;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>A request exactly as it came: what signatures are computed over and what is stored.</summary>
/// <param name="Method">Upper-case HTTP method.</param>
/// <param name="Query">The query string as sent, with the leading <c>?</c>; empty for none.</param>
/// <param name="Headers">The request's headers; names compare without case.</param>
/// <param name="Body">The body's bytes, untouched.</param>
public readonly record struct RawRequest(string Method, string Query, IHeaderDictionary Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The whole URL as the provider called it, query included: the source's public URL where it is set, else what the request says. Empty unless the provider needs it.</summary>
    public string Url { get; init; } = "";

    /// <summary>The certificate that the sender showed in the TLS handshake; null for none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>A header's value when it was sent exactly once; null when it is missing, empty or repeated.</summary>
    public string? Header(string name) =>
        Headers.TryGetValue(name, out var values) && values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    /// <summary>Whether a header was sent more than once: ambiguous, so never trusted for a signature.</summary>
    public bool IsRepeated(string name) => Headers.TryGetValue(name, out StringValues values) && values.Count > 1;

    /// <summary>The media type in lower case without parameters, e.g. <c>application/json</c>; null where there is none.</summary>
    public string? MediaType
    {
        get
        {
            var value = Headers.ContentType.ToString();
            var end = value.IndexOf(';', StringComparison.Ordinal);
            var media = (end < 0 ? value : value[..end]).Trim().ToLowerInvariant();
            return media.Length == 0 ? null : media;
        }
    }
}
