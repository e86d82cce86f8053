namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>A source as the gateway describes it, without its secrets.</summary>
/// <param name="Origin"><c>configuration</c>, which only the gateway's configuration changes, or <c>api</c>.</param>
/// <param name="Path">Of its URL at the gateway, e.g. <c>/webhooks/shop</c>.</param>
public sealed record SourceFacts(string Name, string? Provider, string? Origin, string? Path, int? ToleranceSeconds, string? PublicUrl, long? MaxBodyBytes, RecoveryFacts? Recovery)
{
    /// <summary>Whether the API may change it; whatever is not said to be so may not.</summary>
    public bool IsChangeable => Origin is "api";
}

/// <summary>How webhooks that did not come are fetched from the provider.</summary>
/// <param name="Every">Null when only by command.</param>
public sealed record RecoveryFacts(TimeSpan? Every);

/// <summary>A request that was not accepted.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="Status">What the sender was answered.</param>
/// <param name="Reason">Short name, e.g. <c>signature-mismatch</c>.</param>
/// <param name="Detail">The diagnosis, in words.</param>
/// <param name="ContentLength">As announced by the sender, in bytes.</param>
/// <param name="Cause">What the diagnosis has found, by a short name, e.g. <c>retired-secret</c>; <c>unknown</c> for what is from before the gateway stored causes, null from a gateway that does not.</param>
public sealed record RejectedRequest(long Id, DateTimeOffset At, int Status, string Reason, string Detail, string? RemoteAddress, string? UserAgent, long? ContentLength, string? Cause = null)
{
    /// <summary>Whether the gateway says the cause.</summary>
    public bool HasCause => Cause is not (null or "" or "unknown");
}

/// <summary>Rejections, newest first.</summary>
public sealed record RejectionPage
{
    public IReadOnlyList<RejectedRequest> Rejections { get; init; } = [];

    /// <summary>Where the next page begins; null on the last.</summary>
    public long? Next { get; init; }
}

/// <summary>A request that was not believed and is kept, without its content.</summary>
/// <param name="Cause">Short name, e.g. <c>retired-secret</c>.</param>
/// <param name="IsProven">The diagnosis showed that it is no forgery.</param>
public sealed record QuarantinedLine(long Id, DateTimeOffset ReceivedAt, string Reason, string Cause, string Diagnosis, bool IsProven, long BodyBytes);

/// <summary>What a source's quarantine holds.</summary>
public sealed record QuarantinePage
{
    /// <summary>Of all that are kept.</summary>
    public int Count { get; init; }

    /// <summary>Of all that are kept, headers included.</summary>
    public long Bytes { get; init; }

    /// <summary>A page of them, newest first.</summary>
    public IReadOnlyList<QuarantinedLine> Requests { get; init; } = [];

    /// <summary>Where the next page begins; null on the last.</summary>
    public long? Next { get; init; }
}

/// <summary>What became of a quarantine that was judged again.</summary>
/// <param name="Released">Let in as new deliveries.</param>
/// <param name="Duplicates">Right, and there already.</param>
/// <param name="Conflicts">Right, with the event id of an earlier delivery and another body.</param>
/// <param name="Handshakes">Right, and nothing but handshakes.</param>
/// <param name="Kept">Still not believed.</param>
/// <param name="Unreadable">Cannot be decrypted any more.</param>
/// <param name="Postponed">Could not be judged or stored now.</param>
public sealed record ReleaseResult(int Released, int Duplicates, int Conflicts, int Handshakes, int Kept, int Unreadable, int Postponed);

/// <summary>An active secret; the secret itself never leaves the gateway.</summary>
/// <param name="Id">Stands for it wherever it is spoken of.</param>
/// <param name="Hint">A few of its characters, e.g. <c>wh…Sw</c>.</param>
/// <param name="AddedAt">Null when it was there before anybody took note.</param>
/// <param name="LastMatchedAt">Null when it has not matched in the last ninety days.</param>
public sealed record SecretLine(string Id, string Hint, DateTimeOffset? AddedAt, DateTimeOffset? LastMatchedAt, long MatchesIn24Hours);

/// <summary>A secret that was rotated out in the last thirty days.</summary>
/// <param name="IsRecognized">Whether its use is told in diagnoses.</param>
public sealed record RetiredLine(string Id, string Hint, DateTimeOffset AddedAt, DateTimeOffset RetiredAt, bool IsRecognized);

/// <summary>A source's secrets.</summary>
public sealed record SecretList
{
    /// <summary>Active, newest first.</summary>
    public IReadOnlyList<SecretLine> Secrets { get; init; } = [];

    public IReadOnlyList<RetiredLine> Retired { get; init; } = [];

    /// <summary>What people know a secret by; null when the gateway has forgotten it.</summary>
    public string? HintOf(string id) =>
        Secrets.FirstOrDefault(secret => string.Equals(secret.Id, id, StringComparison.Ordinal))?.Hint
        ?? (Retired.FirstOrDefault(secret => string.Equals(secret.Id, id, StringComparison.Ordinal)) is { } retired ? $"{retired.Hint}, retired since" : null);
}
