using WebhookPlatform.Contracts.Forms;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Typeform signs the raw body, the line break at its end included (HMAC-SHA256, base64): <c>Typeform-Signature: sha256=…</c>. A webhook without a secret at Typeform has no signature and is refused.
/// See https://www.typeform.com/developers/webhooks/secure-your-webhooks/ and …/example-payload/.
/// </summary>
public sealed class TypeformProvider : IWebhookProvider
{
    private static readonly HmacScheme Scheme = new("Typeform-Signature", SignatureEncoding.Base64, Prefix: "sha256=");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventId = Fields.Add("event_id");
    private static readonly JsonField Type = Fields.Add("event_type");
    private static readonly JsonField FormId = Fields.Add("form_response.form_id");
    private static readonly JsonField Token = Fields.Add("form_response.token");
    private static readonly JsonField SubmittedAt = Fields.Add("form_response.submitted_at");
    private static readonly JsonField Title = Fields.Add("form_response.definition.title");
    private static readonly JsonField Answers = Fields.Add("form_response.answers");

    private static readonly JsonFields AnswerFields = new();
    private static readonly JsonField AnswerType = AnswerFields.Add("type");
    private static readonly JsonField Email = AnswerFields.Add("email");

    public string Name => "typeform";

    public IReadOnlyList<GivenEvent> Gives { get; } = [new("form_response", nameof(FormSubmitted), "`form_response.submitted_at`")];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type) ?? Webhook.UnknownType;
        var draft = type is "form_response" ? Submitted(json) : null;
        return new Webhook(json.Name(EventId), type, json.Time(SubmittedAt), json.Name(FormId), draft is null ? [] : [draft]);
    }

    private static EventDraft? Submitted(in JsonValues json)
    {
        if (json.Name(FormId) is not { } formId || json.Name(Token) is not { } submissionId)
        {
            return null;
        }

        var (title, respondent) = (json.Text(Title), RespondentOf(json));
        return EventDraft.Of(formId, metadata => new FormSubmitted(metadata, formId, submissionId, title, respondent));
    }

    // Which answer says who it is only its kind can tell: the first e-mail address.
    private static string? RespondentOf(in JsonValues json)
    {
        foreach (var item in json.Items(Answers))
        {
            var answer = AnswerFields.Read(item);
            if (answer.Text(AnswerType) is "email" && answer.Text(Email) is { Length: > 0 } email)
            {
                return email;
            }
        }

        return null;
    }
}
