namespace WebhookPlatform.Contracts.Meetings;

/// <summary>A meeting was scheduled or an appointment booked.</summary>
/// <param name="MeetingId">The provider's id of the meeting; also the event's subject.</param>
/// <param name="Title">Its topic.</param>
/// <param name="StartsAt">When it begins.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="Organizer">Who holds it.</param>
/// <param name="Invitee">Who booked it or is invited, where there is one.</param>
public sealed record MeetingScheduled(
    EventMetadata Metadata,
    string MeetingId,
    string? Title = null,
    DateTimeOffset? StartsAt = null,
    DateTimeOffset? EndsAt = null,
    string? Organizer = null,
    string? Invitee = null) : IDomainEvent;
