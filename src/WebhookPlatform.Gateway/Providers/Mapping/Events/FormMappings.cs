using WebhookPlatform.Contracts.Forms;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Forms.</summary>
internal static class FormMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(FormSubmitted), ["FormId", "SubmissionId"], ["Title", "Respondent"], Submitted),
    ];

    private static EventDraft? Submitted(in MappedFields fields)
    {
        if (fields.Name("FormId") is not { } form || fields.Name("SubmissionId") is not { } submission)
        {
            return null;
        }

        var (title, respondent) = (fields.Text("Title"), fields.Text("Respondent"));
        return EventDraft.Of(form, metadata => new FormSubmitted(metadata, form, submission, title, respondent));
    }
}
