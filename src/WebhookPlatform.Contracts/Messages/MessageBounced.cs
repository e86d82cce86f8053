namespace WebhookPlatform.Contracts.Messages;

/// <summary>A message we had sent came back from the recipient's server.</summary>
/// <param name="MessageId">The provider's id of the message; also the event's subject.</param>
/// <param name="Recipient">Address it was sent to.</param>
/// <param name="Kind"><c>permanent</c> or <c>temporary</c>, where it is known.</param>
/// <param name="Reason">The server's answer, where it is known.</param>
public sealed record MessageBounced(
    EventMetadata Metadata,
    string MessageId,
    string? Recipient = null,
    string? Kind = null,
    string? Reason = null) : IDomainEvent;
