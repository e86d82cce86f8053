namespace WebhookPlatform.Contracts.Code;

/// <summary>A build, pipeline or deployment ended, well or badly.</summary>
/// <param name="Project">Repository or project; <c>project#build</c> is the event's subject.</param>
/// <param name="BuildId">The provider's id of the run.</param>
/// <param name="Outcome"><c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Name">Workflow, pipeline or environment, where there is one.</param>
/// <param name="Branch">The branch or tag it ran for.</param>
/// <param name="Commit">The commit it ran for.</param>
/// <param name="Url">Its page.</param>
public sealed record BuildFinished(
    EventMetadata Metadata,
    string Project,
    string BuildId,
    string Outcome,
    string? Name = null,
    string? Branch = null,
    string? Commit = null,
    string? Url = null) : IDomainEvent;
