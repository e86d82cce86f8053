namespace WebhookPlatform.Simulators;

/// <summary>What can be done with a simulated webhook: make it, send it, send it again.</summary>
public static class SignedRequestExtensions
{
    /// <summary>Builds and signs one webhook with an id that no other has.</summary>
    /// <exception cref="ArgumentException">The event is not one of <see cref="IProviderSimulator.Events"/>, the secret is not of the provider's form, or the context lacks the URL.</exception>
    public static SignedRequest Create(this IProviderSimulator simulator, string eventType, SimulationContext context) =>
        simulator.Sign(simulator.Build(eventType, context), context);

    /// <summary>Makes an HTTP request of it. The message can be sent once; make another for another attempt.</summary>
    /// <param name="address">Where to send it; relative for a client that has a base address. What the provider adds to a URL's query is added to its query.</param>
    public static HttpRequestMessage ToHttpRequestMessage(this SignedRequest request, Uri address)
    {
        var message = new HttpRequestMessage(request.Method, AddressOf(request, address));
        if (request.Body.Length > 0 || request.Method == HttpMethod.Post)
        {
            message.Content = new ByteArrayContent(request.Body);
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>The same event, signed anew at the context's time and with its secret: what a provider sends when it delivers again, or a forger who has another secret.</summary>
    public static SignedRequest Redeliver(this IProviderSimulator simulator, SignedRequest request, SimulationContext context) =>
        simulator.Sign(request.Unproven, context);

    private static Uri AddressOf(SignedRequest request, Uri address) =>
        request.Query.Length == 0 ? address
        : new Uri(address.OriginalString + (address.OriginalString.Contains('?', StringComparison.Ordinal) ? "&" : "?") + request.Query[1..], UriKind.RelativeOrAbsolute);
}
