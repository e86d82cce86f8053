namespace WebhookPlatform.Gateway.Sources;

/// <summary>A source made through the API. Its settings, secrets among them, are encrypted at rest.</summary>
public sealed class StoredSource
{
    public required string Name { get; init; }

    /// <summary><see cref="SourceOptions"/> as JSON, protected by Data Protection.</summary>
    public required string Settings { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }
}
