namespace WebhookPlatform.Simulators;

/// <summary>What can be done with a signed webhook: send it, send it again, spoil it.</summary>
public static class SignedRequestExtensions
{
    /// <summary>Makes a POST of it. The message can be sent once; make another for another attempt.</summary>
    public static HttpRequestMessage ToHttpRequestMessage(this SignedRequest request, Uri address)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(request.Body) };
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>The same event with the same body, signed anew: what a provider sends when it delivers again.</summary>
    public static SignedRequest Redeliver(this IProviderSimulator simulator, SignedRequest request, string secret, DateTimeOffset now)
    {
        var proof = simulator.Sign(request.Body, secret, now, request.EventId, request.EventType);
        var kept = request.Headers.Where(header => !proof.Any(p => string.Equals(p.Key, header.Key, StringComparison.OrdinalIgnoreCase)));
        return request with { Headers = [.. kept, .. proof] };
    }

    /// <summary>The same request with one character of its signature (or token) changed, so that a receiver must refuse it.</summary>
    public static SignedRequest WithWrongSignature(this SignedRequest request, string signatureHeader)
    {
        var headers = request.Headers.Select(header =>
            string.Equals(header.Key, signatureHeader, StringComparison.OrdinalIgnoreCase) ? new(header.Key, Spoil(header.Value)) : header);
        return request with { Headers = [.. headers] };
    }

    private static string Spoil(string value)
    {
        // Three quarters in: past every prefix ("t=…,v1=", "sha256=", "Bearer "), before base64 padding.
        var position = Math.Max(0, value.Length - (value.Length / 4) - 1);
        var other = value[position] == '0' ? '1' : '0';
        return string.Concat(value.AsSpan(0, position), [other], value.AsSpan(position + 1));
    }
}
