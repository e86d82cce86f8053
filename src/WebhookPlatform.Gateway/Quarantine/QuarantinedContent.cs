using System.Buffers.Binary;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Quarantine;

/// <summary>All of a request that verifying it again may need.</summary>
/// <param name="CalledUrl">What the request itself said was called, without a query.</param>
/// <param name="Certificate">What the sender showed in the TLS handshake, in DER.</param>
internal sealed record QuarantinedContent(string Method, string Query, string CalledUrl, IReadOnlyDictionary<string, string?[]> Headers, byte[]? Certificate)
{
    private const string Cookies = "Cookie";

    /// <summary>Packs a request: the length of its description, the description, the body.</summary>
    public static byte[] Pack(in RawRequest request, string calledUrl)
    {
        var headers = request.Headers.Where(header => !header.Key.Equals(Cookies, StringComparison.OrdinalIgnoreCase)).ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        var description = JsonSerializer.SerializeToUtf8Bytes(new QuarantinedContent(request.Method, request.Query, calledUrl, headers, request.ClientCertificate?.RawData));
        var packed = new byte[sizeof(int) + description.Length + request.Body.Length];
        BinaryPrimitives.WriteInt32BigEndian(packed, description.Length);
        description.CopyTo(packed, sizeof(int));
        request.Body.Span.CopyTo(packed.AsSpan(sizeof(int) + description.Length));
        return packed;
    }

    /// <summary>The request as it came, for the source's present settings.</summary>
    public static RawRequest Unpack(ReadOnlyMemory<byte> packed, Source source)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(packed.Span);
        var content = JsonSerializer.Deserialize<QuarantinedContent>(packed.Span.Slice(sizeof(int), length))!;
        var headers = new HeaderDictionary();
        foreach (var (name, values) in content.Headers)
        {
            headers[name] = new StringValues(values);
        }

        return new RawRequest(content.Method, content.Query, headers, packed[(sizeof(int) + length)..])
        {
            Url = source.Provider.NeedsUrl ? RequestUrl.Of(source, content.CalledUrl, content.Query) : "",
            ClientCertificate = content.Certificate is null ? null : X509CertificateLoader.LoadCertificate(content.Certificate),
        };
    }
}
