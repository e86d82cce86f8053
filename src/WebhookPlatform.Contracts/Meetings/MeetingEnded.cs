namespace WebhookPlatform.Contracts.Meetings;

/// <summary>A meeting ended.</summary>
/// <param name="MeetingId">The provider's id of the meeting; also the event's subject.</param>
/// <param name="Title">Its topic.</param>
/// <param name="Organizer">Who holds it.</param>
public sealed record MeetingEnded(
    EventMetadata Metadata,
    string MeetingId,
    string? Title = null,
    string? Organizer = null) : IDomainEvent;
