namespace WebhookPlatform.Gateway.Sources;

/// <summary>What is remembered about one of a source's secrets. Active secrets themselves lie with the source; one that was rotated out lies here for a while, so that its use can be told.</summary>
public sealed class SecretRecord
{
    public required string Source { get; init; }

    /// <summary>See <see cref="SourceSecret.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>See <see cref="SourceSecret.Hint"/>.</summary>
    public required string Hint { get; init; }

    public required DateTimeOffset AddedAt { get; set; }

    /// <summary>Null while it is active.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    /// <summary>The secret, protected by Data Protection; null where nothing remembers it.</summary>
    public string? Protected { get; set; }
}

/// <summary>How often a secret proved a webhook within an hour.</summary>
public sealed class SecretUse
{
    public required string Source { get; init; }

    /// <summary>See <see cref="SourceSecret.Id"/>.</summary>
    public required string Secret { get; init; }

    public required DateTimeOffset Hour { get; init; }

    /// <summary>Redeliveries included.</summary>
    public required long Matches { get; init; }

    public required DateTimeOffset LastAt { get; init; }
}
