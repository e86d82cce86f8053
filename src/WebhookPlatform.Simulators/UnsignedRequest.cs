namespace WebhookPlatform.Simulators;

/// <summary>A webhook that only lacks its proof.</summary>
/// <param name="EventId">The id by which the provider, and so the gateway, tells duplicates.</param>
/// <param name="EventType">The <see cref="SimulatedEvent.Name"/>, for providers that carry it outside the body; null when it is not known.</param>
/// <param name="Body">The bytes to send.</param>
/// <param name="Headers">The headers that say nothing about who sent it, content type included.</param>
public sealed record UnsignedRequest(string EventId, string? EventType, byte[] Body, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Anything, to be signed as a provider would sign it.</summary>
    /// <param name="body">The bytes to send.</param>
    /// <param name="eventId">For providers that carry it outside the body.</param>
    /// <param name="eventType">Likewise.</param>
    public UnsignedRequest(byte[] body, string eventId = "unknown", string? eventType = null)
        : this(eventId, eventType, body, [])
    {
    }

    /// <summary>POST; handshakes have others.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>What the provider adds to the URL it was told, with a leading <c>?</c>; empty for nothing.</summary>
    public string Query { get; init; } = "";

    /// <summary>What the answer's body has to hold for the provider to go on, as after a handshake; null where the status says it all.</summary>
    public string? ExpectedAnswer { get; init; }

    /// <summary>The request as it is, for what a provider sends without any proof.</summary>
    public SignedRequest WithoutProof() => new(this);

    /// <summary>The request with these headers, instead of any it has of the same names.</summary>
    public SignedRequest WithHeaders(IReadOnlyList<KeyValuePair<string, string>> headers) => WithoutProof().WithHeaders(headers);

    /// <summary>The value of a header, or null.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The request with one more field in its query.</summary>
    public SignedRequest WithQuery(string name, string value) =>
        new(this) { Query = $"{(Query.Length == 0 ? "?" : Query + "&")}{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}" };

    /// <summary>The request with another body, which has the proof in it.</summary>
    public SignedRequest WithBody(byte[] body) => new(this) { Body = body };
}
