namespace WebhookPlatform.Contracts.Meetings;

/// <summary>A meeting or appointment was cancelled.</summary>
/// <param name="MeetingId">The provider's id of the meeting; also the event's subject.</param>
/// <param name="Title">Its topic.</param>
/// <param name="StartsAt">When it would have begun.</param>
/// <param name="CancelledBy">Who cancelled it, where it is known.</param>
/// <param name="Reason">Why, where it is known.</param>
public sealed record MeetingCancelled(
    EventMetadata Metadata,
    string MeetingId,
    string? Title = null,
    DateTimeOffset? StartsAt = null,
    string? CancelledBy = null,
    string? Reason = null) : IDomainEvent;
