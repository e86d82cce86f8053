namespace WebhookPlatform.Contracts.Messages;

/// <summary>Somebody wrote a message to us: a chat message, a mention, a command.</summary>
/// <param name="MessageId">The provider's id of the message, unique within the conversation.</param>
/// <param name="Conversation">Channel, room or thread it was written in; also the event's subject.</param>
/// <param name="Sender">Who wrote it, by the provider's user id.</param>
/// <param name="Text">The text as sent, with the provider's own markup.</param>
public sealed record MessageReceived(
    EventMetadata Metadata,
    string MessageId,
    string Conversation,
    string? Sender = null,
    string? Text = null) : IDomainEvent;
