namespace WebhookPlatform.Simulators;

/// <summary>Stands in for one webhook provider: builds payloads as the provider documents them and signs them as the provider does.</summary>
public interface IProviderSimulator
{
    /// <summary>The provider's name in the gateway's configuration, e.g. <c>stripe</c>.</summary>
    string Provider { get; }

    /// <summary>Where in a request the signature or the shared secret is.</summary>
    Proof Proof { get; }

    /// <summary>What it signs with.</summary>
    SecretForm Secret => SecretForm.Text;

    /// <summary>
    /// Whether a body of which any byte was changed is told from the one that was signed. Not so where a shared secret is shown, which says nothing about the body,
    /// and where values are signed and not bytes.
    /// </summary>
    bool CoversBody => true;

    /// <summary>Whether it signs the URL that the provider was told, so that <see cref="SimulationContext.Url"/> is needed.</summary>
    bool NeedsUrl => false;

    /// <summary>Whether its webhooks carry an id by which a receiver knows a repeated one. Without one, only the body tells.</summary>
    bool SendsEventId => true;

    /// <summary>What this simulator can send, in the order <c>send {provider} all</c> sends it, which leaves out what is <see cref="SimulatedEvent.IsUnproven"/>.</summary>
    IReadOnlyList<SimulatedEvent> Events { get; }

    /// <summary>Builds one webhook with an id that no other has, all but its proof.</summary>
    /// <exception cref="ArgumentException">The event is not one of <see cref="Events"/>.</exception>
    UnsignedRequest Build(string eventType, SimulationContext context);

    /// <summary>
    /// Proves a request at the context's time: adds what proves and identifies it to its headers, its query, its body or its connection.
    /// Where the proof is in a header, the body may be anything, also something the provider would never send.
    /// </summary>
    /// <exception cref="ArgumentException">The secret is not of the provider's form, the context lacks the URL, or the body has no place for a proof.</exception>
    SignedRequest Sign(UnsignedRequest request, SimulationContext context);

    /// <summary>What the gateway's source needs in order to believe this simulator, by the keys that configuration has under <c>Sources:{name}</c>: <c>Provider</c>, <c>Secrets:0</c>, …</summary>
    IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, ("Secrets:0", context.Secret));

    /// <summary>What the provider's own servers would answer to whoever verifies its webhooks: certificates and keys. Empty where nothing is asked for.</summary>
    IReadOnlyList<ServedDocument> Serves(SimulationContext context) => [];

    /// <summary>The source's setting with the address that the gateway asks instead of the provider's API, so that a stand-in can answer; null where there is none.</summary>
    string? ApiSetting => null;

    /// <summary>What the provider's API would answer to whoever asks it about one webhook that is <see cref="SimulatedEvent.IsUnproven"/>. Empty where the webhook proves itself.</summary>
    IReadOnlyList<ServedDocument> ServesAbout(SignedRequest webhook, SimulationContext context) => [];
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

    /// <summary>
    /// True for a webhook without any proof: it is believed when the provider's API knows what it tells of (<see cref="IProviderSimulator.ServesAbout"/>). No secret tells it from a forgery, and no real provider knows it:
    /// left out of random traffic and of <c>all</c>.
    /// </summary>
    public bool IsUnproven { get; init; }

    /// <summary>True for an event that carries no id, though others of the provider do: see <see cref="IProviderSimulator.SendsEventId"/>.</summary>
    public bool IsWithoutId { get; init; }
}
