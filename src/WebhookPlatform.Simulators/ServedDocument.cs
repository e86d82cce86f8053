namespace WebhookPlatform.Simulators;

/// <summary>Something a provider's own server answers to whoever verifies its webhooks: a certificate, a public key, what a webhook tells of. In a test <see cref="ProviderStandIn"/> answers it.</summary>
/// <param name="Address">Where it is asked for.</param>
/// <param name="MediaType">E.g. <c>application/json</c>.</param>
/// <param name="Body">The answer.</param>
public sealed record ServedDocument(Uri Address, string MediaType, string Body)
{
    /// <summary>The certificate (PEM) of the authority that the receiver's operating system has to trust for the answer to be believed; null where none is needed.</summary>
    public string? TrustedAuthority { get; init; }

    /// <summary>The <c>Authorization</c> header without which it is not given (401); null where anybody gets it.</summary>
    public string? Authorization { get; init; }
}
