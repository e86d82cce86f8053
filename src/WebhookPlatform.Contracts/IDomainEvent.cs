namespace WebhookPlatform.Contracts;

/// <summary>Something that happened at a provider, told in the platform's own words. Implemented by sealed, past-tense records that only ever grow.</summary>
public interface IDomainEvent
{
    /// <summary>Where the event came from and what makes it unique.</summary>
    EventMetadata Metadata { get; }
}
