namespace WebhookPlatform.Gateway.Quarantine;

/// <summary>A request that was not believed, kept so that it can be let in should the fault turn out to be in the settings.</summary>
public sealed class QuarantinedRequest
{
    /// <summary>Order of coming.</summary>
    public long Id { get; init; }

    public required string Source { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>As in its rejection, e.g. <c>signature-mismatch</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>See <see cref="Diagnosis.Finding"/>.</summary>
    public required string Cause { get; init; }

    /// <summary>In words.</summary>
    public required string Diagnosis { get; init; }

    /// <summary>Whether the diagnosis showed that it is no forgery; these are the last to make room for others.</summary>
    public required bool IsProven { get; init; }

    public required int BodyBytes { get; init; }

    /// <summary>Of <see cref="Content"/>, in bytes.</summary>
    public required int Size { get; init; }

    /// <summary>A <see cref="QuarantinedContent"/>, protected by Data Protection: signatures and strangers' words lie nowhere in the open.</summary>
    public required byte[] Content { get; init; }
}
