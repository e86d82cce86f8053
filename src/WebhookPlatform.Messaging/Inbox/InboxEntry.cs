namespace WebhookPlatform.Messaging.Inbox;

/// <summary>A message whose effects are committed. The row is written in the transaction of the effects, so a repeat finds it and does nothing.</summary>
public sealed class InboxEntry
{
    public required Guid MessageId { get; init; }

    public required DateTimeOffset ClaimedAt { get; init; }
}
