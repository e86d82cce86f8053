namespace WebhookPlatform.Contracts.Messages;

/// <summary>A message we had sent reached its recipient.</summary>
/// <param name="MessageId">The provider's id of the message; also the event's subject.</param>
/// <param name="Recipient">Address or number it was sent to.</param>
/// <param name="Channel"><c>email</c>, <c>sms</c>, <c>whatsapp</c> and the like.</param>
public sealed record MessageDelivered(
    EventMetadata Metadata,
    string MessageId,
    string? Recipient = null,
    string? Channel = null) : IDomainEvent;
