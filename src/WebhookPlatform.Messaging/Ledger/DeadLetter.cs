namespace WebhookPlatform.Messaging.Ledger;

/// <summary>A message this service has given up: it lies in the queue's error queue, and the ledger knows it is there rather than lost.</summary>
public sealed class DeadLetter
{
    /// <summary>Characters of <see cref="Error"/> that are kept.</summary>
    public const int LongestError = 500;

    public required Guid MessageId { get; init; }

    /// <summary>Contract name.</summary>
    public required string Name { get; init; }

    /// <summary>When it was given up last.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>For people.</summary>
    public required string Error { get; init; }
}
