namespace WebhookPlatform.Contracts.Alerts;

/// <summary>An alert or incident was resolved.</summary>
/// <param name="AlertId">The provider's id of the alert, the same as when it was raised; also the event's subject.</param>
/// <param name="Title">What was wrong, in a line.</param>
/// <param name="Severity">The provider's own word.</param>
/// <param name="Service">What is concerned, where it is known.</param>
/// <param name="Url">Its page.</param>
public sealed record AlertResolved(
    EventMetadata Metadata,
    string AlertId,
    string Title,
    string? Severity = null,
    string? Service = null,
    string? Url = null) : IDomainEvent;
