namespace WebhookPlatform.Contracts.Alerts;

/// <summary>An alert or incident was raised.</summary>
/// <param name="AlertId">The provider's id of the alert, the same when it is resolved; also the event's subject.</param>
/// <param name="Title">What is wrong, in a line.</param>
/// <param name="Severity">The provider's own word, e.g. <c>critical</c>.</param>
/// <param name="Service">What is concerned, where it is known.</param>
/// <param name="Url">Its page.</param>
public sealed record AlertRaised(
    EventMetadata Metadata,
    string AlertId,
    string Title,
    string? Severity = null,
    string? Service = null,
    string? Url = null) : IDomainEvent;
