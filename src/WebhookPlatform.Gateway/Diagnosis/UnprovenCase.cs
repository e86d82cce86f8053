using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>A request that was not believed, with what may explain why.</summary>
/// <param name="ReceivedAt">By our clock.</param>
public sealed record UnprovenCase(RawRequest Request, Source Source, VerificationFailure Failure, DateTimeOffset ReceivedAt)
{
    /// <summary>The URL that the request itself says was called, without a query; empty when the provider does not sign it.</summary>
    public string CalledUrl { get; init; } = "";

    /// <summary>Secrets of the source that were rotated out and are still remembered.</summary>
    public IReadOnlyList<RetiredSecret> Retired { get; init; } = [];

    /// <summary>Other sources, whose secrets may have been mixed up with this one's.</summary>
    public IReadOnlyList<Source> Others { get; init; } = [];
}

/// <summary>A secret that is not accepted any more.</summary>
public sealed record RetiredSecret(SourceSecret Secret, DateTimeOffset RetiredAt);
