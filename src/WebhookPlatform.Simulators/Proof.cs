namespace WebhookPlatform.Simulators;

/// <summary>Where in a request the signature or the shared secret is.</summary>
/// <param name="Place">Which part of the request.</param>
/// <param name="Name">The header's name, the query field's name, or the field's path in the body.</param>
public sealed record Proof(ProofPlace Place, string Name)
{
    /// <summary>In a header.</summary>
    public static Proof Header(string name) => new(ProofPlace.Header, name);

    /// <summary>In the URL's query.</summary>
    public static Proof Query(string name) => new(ProofPlace.Query, name);

    /// <summary>In the body.</summary>
    /// <param name="path">With dots between names, <c>[]</c> after those of arrays.</param>
    public static Proof Body(string path) => new(ProofPlace.Body, path);

    /// <summary>In the certificate that the sender shows in the TLS handshake.</summary>
    public static Proof Connection { get; } = new(ProofPlace.Connection, "client certificate");

    /// <summary>For people: <c>Stripe-Signature</c>, <c>?token=</c>, <c>signature.signature in the body</c>.</summary>
    public override string ToString() => Place switch
    {
        ProofPlace.Query => $"?{Name}=",
        ProofPlace.Body => $"{Name} in the body",
        _ => Name,
    };
}

/// <summary>A part of a request that can hold a proof.</summary>
public enum ProofPlace
{
    Header,
    Query,
    Body,
    Connection,
}
