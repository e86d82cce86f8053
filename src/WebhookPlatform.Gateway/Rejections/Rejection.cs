namespace WebhookPlatform.Gateway.Rejections;

/// <summary>A request that was not accepted, for the operator to see why. Holds nothing the sender claims but sizes and names.</summary>
public sealed class Rejection
{
    public long Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The source's name, or <c>(unknown)</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What the sender was answered.</summary>
    public required int Status { get; init; }

    /// <summary>E.g. <c>signature-mismatch</c>, <c>body-too-large</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// What the diagnosis has found, one of <see cref="Diagnosis.Causes"/> such as <c>retired-secret</c>; where nothing had to be found out the <see cref="Reason"/>; <c>unknown</c> for what is
    /// from before causes were stored.
    /// </summary>
    public required string Cause { get; set; }

    /// <summary>In words; never a secret or a signature. The diagnosis, where there is one.</summary>
    public required string Detail { get; set; }

    public string? RemoteAddress { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>As announced by the sender, in bytes.</summary>
    public long? ContentLength { get; init; }
}
