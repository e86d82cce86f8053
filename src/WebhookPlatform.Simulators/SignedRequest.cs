using System.Security.Cryptography.X509Certificates;

namespace WebhookPlatform.Simulators;

/// <summary>A webhook ready to be sent.</summary>
/// <param name="Unproven">What it was before it was signed.</param>
public sealed record SignedRequest(UnsignedRequest Unproven)
{
    /// <summary>The id by which the provider, and so the gateway, tells duplicates.</summary>
    public string EventId => Unproven.EventId;

    /// <summary>The <see cref="SimulatedEvent.Name"/>; empty when it is not known.</summary>
    public string EventType => Unproven.EventType ?? "";

    /// <summary>The request with these headers, instead of any it has of the same names.</summary>
    public SignedRequest WithHeaders(IReadOnlyList<KeyValuePair<string, string>> headers) => this with
    {
        Headers = [.. Headers.Where(header => !headers.Any(added => string.Equals(added.Key, header.Key, StringComparison.OrdinalIgnoreCase))), .. headers],
    };

    /// <summary>POST; handshakes have others.</summary>
    public HttpMethod Method => Unproven.Method;

    /// <summary>What is added to the address, with a leading <c>?</c>; empty for nothing.</summary>
    public string Query { get; init; } = Unproven.Query;

    /// <summary>All headers the provider sends, content type included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = Unproven.Headers;

    /// <summary>The bytes to send.</summary>
    public byte[] Body { get; init; } = Unproven.Body;

    /// <summary>The certificate, with its private key, to show in the TLS handshake; null for none. It belongs to the connection: <see cref="SignedRequestExtensions.ToHttpRequestMessage"/> cannot carry it.</summary>
    public X509Certificate2? ClientCertificate { get; init; }
}
