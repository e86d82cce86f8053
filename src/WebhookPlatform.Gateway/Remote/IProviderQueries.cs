using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.Gateway.Remote;

/// <summary>Asks providers for what a proof needs. Guarded, cached and bounded in time, so that a slow or dead provider costs its own sources only.</summary>
public interface IProviderQueries
{
    /// <summary>Whose certificates are believed, when one is what was asked for.</summary>
    ICertificateTrust Trust { get; }

    /// <summary>The answer, from memory while it is fresh; one request at a time for each question.</summary>
    /// <exception cref="ProviderUnreachableException">No answer in time, or one that says the provider is in trouble (5xx, 429, a redirect).</exception>
    /// <exception cref="ProviderBusyException">It was not asked: as many other questions are under way as may be.</exception>
    ValueTask<ProviderAnswer> AskAsync(ProviderQuery query, CancellationToken cancellationToken);

    /// <summary>Fetches an address to confirm a subscription; the answer's body does not matter.</summary>
    /// <exception cref="ProviderUnreachableException">The provider did not answer with 2xx.</exception>
    /// <exception cref="ProviderBusyException">It was not asked: as many other questions are under way as may be.</exception>
    ValueTask ConfirmAsync(Uri address, CancellationToken cancellationToken);

    /// <summary>One page of a list, asked for anew each time.</summary>
    /// <exception cref="ProviderPageException">Anything but a page, with what it was.</exception>
    Task<ProviderPage> GetPageAsync(ProviderPageQuery query, CancellationToken cancellationToken);
}

/// <summary>A question to a provider.</summary>
/// <param name="Address">Absolute; its host must be the provider's own, never one that a sender may choose freely.</param>
public sealed record ProviderQuery(Uri Address)
{
    /// <summary>How long an answer of 2xx is good for. Zero: it is never reused.</summary>
    public TimeSpan KeepFor { get; init; }

    /// <summary>The <c>Authorization</c> header; null for none.</summary>
    public string? Authorization { get; init; }

    /// <summary>Whether it may also be asked over http on this machine, where an operator has set a stand-in's address. The outbound guard has to allow that, too.</summary>
    public bool MayBeHere { get; init; }

    /// <summary>Posted as JSON; null for a GET.</summary>
    public string? JsonBody { get; init; }

    /// <summary>Tells apart questions whose answers may differ.</summary>
    internal string Key => string.Join('\n', Address.AbsoluteUri, Authorization, JsonBody);

    public override string ToString() => Address.Host;
}

/// <summary>What a provider said: 2xx, or 4xx where it knows nothing of what was asked.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">At most 64 KiB.</param>
public sealed record ProviderAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>A provider does not give what is needed to judge its webhook: the sender is asked to come again, and is not told that it was not believed.</summary>
public sealed class ProviderUnreachableException(string host)
    : IngestRefusedException("provider-unreachable", $"{host} did not answer what is needed to verify the webhook.");

/// <summary>A provider is asked for so much at this moment that it is not asked for more: the sender is asked to come again.</summary>
public sealed class ProviderBusyException(string host)
    : IngestRefusedException("provider-busy", $"{host} is asked for as much as one provider, or all together, may be at a time; what this webhook needs was not asked for.");
