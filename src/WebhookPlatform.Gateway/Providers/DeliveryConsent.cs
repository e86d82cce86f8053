using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// How a receiver consents to deliveries in "HTTP 1.1 Web Hooks for Event Delivery", section 4 (github.com/cloudevents/spec): a sender asks with OPTIONS, so that nobody can aim it at a place that wants nothing of it.
/// It proves nothing: every delivery is verified all the same.
/// </summary>
internal static class DeliveryConsent
{
    /// <summary>The consent where the asking origin is one of <paramref name="origins"/> (host names, or a star for all); null for another origin and for any other request.</summary>
    public static HandshakeResponse? Answer(in RawRequest request, IEnumerable<string> origins)
    {
        if (request.Method is not "OPTIONS" || request.Header("WebHook-Request-Origin") is not { } asking)
        {
            return null;
        }

        var allowed = origins.FirstOrDefault(origin => origin is "*" || origin.Equals(asking, StringComparison.OrdinalIgnoreCase));
        return allowed is null ? null : new HandshakeResponse(200)
        {
            // No rate is held against anybody: who sends more than can be stored is asked to come again.
            Headers = [new("WebHook-Allowed-Origin", allowed), new("WebHook-Allowed-Rate", "*"), new("Allow", "POST")],
        };
    }
}
