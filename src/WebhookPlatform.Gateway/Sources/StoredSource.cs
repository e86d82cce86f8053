namespace WebhookPlatform.Gateway.Sources;

/// <summary>A source made through the API. Its settings, secrets among them, are encrypted with keys that lie in the same database: a look at the table shows no secret, and with a master key (<c>Gateway:MasterKey</c>) a copy of the whole database shows none either.</summary>
public sealed class StoredSource
{
    public required string Name { get; init; }

    /// <summary><see cref="SourceOptions"/> as JSON, protected by Data Protection.</summary>
    public required string Settings { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }
}
