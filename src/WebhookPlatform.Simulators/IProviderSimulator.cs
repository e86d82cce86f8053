namespace WebhookPlatform.Simulators;

/// <summary>Stands in for one webhook provider: builds payloads as the provider documents them and signs them as the provider does.</summary>
public interface IProviderSimulator
{
    /// <summary>The provider's name in the gateway's configuration, e.g. <c>stripe</c>.</summary>
    string Provider { get; }

    /// <summary>The header that carries the signature or the shared secret.</summary>
    string SignatureHeader { get; }

    /// <summary>What this simulator can send, in the order <c>send {provider} all</c> sends it.</summary>
    IReadOnlyList<SimulatedEvent> Events { get; }

    /// <summary>Builds and signs one webhook with an id that no other has.</summary>
    /// <exception cref="ArgumentException">The event is not one of <see cref="Events"/>, or the secret is not of the provider's form.</exception>
    SignedRequest Create(string eventType, SimulationContext context);

    /// <summary>
    /// Signs a body that may be anything, also something the provider would never send.
    /// Returns the headers that prove and identify the request; the content type is the caller's.
    /// </summary>
    /// <param name="body">The raw bytes, exactly as they will be sent.</param>
    /// <param name="secret">The secret as the provider shows it, prefixes included.</param>
    /// <param name="now">The time of signing, for schemes that sign a timestamp.</param>
    /// <param name="id">The event's id, for providers that carry it in a header.</param>
    /// <param name="eventType">The event's type, for providers that carry it in a header.</param>
    /// <exception cref="ArgumentException">The secret is not of the provider's form.</exception>
    IReadOnlyList<KeyValuePair<string, string>> Sign(ReadOnlySpan<byte> body, string secret, DateTimeOffset now, string id, string? eventType = null);
}

/// <summary>One kind of webhook a simulator can send.</summary>
/// <param name="Name">What the command line calls it; mostly the provider's own name for it.</param>
/// <param name="Becomes">The domain event the platform makes of it, or null when it stays a plain <c>WebhookReceived</c>.</param>
/// <param name="About">What happened, for people.</param>
public sealed record SimulatedEvent(string Name, string? Becomes, string About)
{
    /// <summary>The event that usually comes first and that this one refers to, as a refund refers to a payment.</summary>
    public string? Follows { get; init; }

    /// <summary>True for a message that sets up the webhook and tells nothing: left out of random traffic.</summary>
    public bool IsHandshake { get; init; }
}

/// <summary>A webhook ready to be sent.</summary>
/// <param name="EventId">The id by which the provider, and so the gateway, tells duplicates.</param>
/// <param name="EventType">The <see cref="SimulatedEvent.Name"/>.</param>
/// <param name="Body">The signed bytes.</param>
/// <param name="Headers">All headers the provider sends, content type included.</param>
public sealed record SignedRequest(string EventId, string EventType, byte[] Body, IReadOnlyList<KeyValuePair<string, string>> Headers);
