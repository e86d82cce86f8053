namespace WebhookPlatform.Contracts.Messages;

/// <summary>A message we had sent could not be delivered, or was refused before it was tried.</summary>
/// <param name="MessageId">The provider's id of the message; also the event's subject.</param>
/// <param name="Recipient">Address or number it was sent to.</param>
/// <param name="Channel"><c>email</c>, <c>sms</c>, <c>whatsapp</c> and the like.</param>
/// <param name="Code">The provider's or carrier's error code, where there is one.</param>
/// <param name="Reason">Why, in words, where it is known.</param>
public sealed record MessageFailed(
    EventMetadata Metadata,
    string MessageId,
    string? Recipient = null,
    string? Channel = null,
    string? Code = null,
    string? Reason = null) : IDomainEvent;
