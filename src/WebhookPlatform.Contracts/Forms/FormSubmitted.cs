namespace WebhookPlatform.Contracts.Forms;

/// <summary>Somebody submitted a form.</summary>
/// <param name="FormId">The provider's id of the form; also the event's subject.</param>
/// <param name="SubmissionId">The provider's id of the submission.</param>
/// <param name="Title">The form's title, where it is known.</param>
/// <param name="Respondent">E-mail address or name, where it is known.</param>
public sealed record FormSubmitted(
    EventMetadata Metadata,
    string FormId,
    string SubmissionId,
    string? Title = null,
    string? Respondent = null) : IDomainEvent;
