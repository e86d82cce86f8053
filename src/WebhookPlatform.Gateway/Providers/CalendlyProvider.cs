using WebhookPlatform.Contracts.Forms;
using WebhookPlatform.Contracts.Meetings;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Calendly signs <c>{t}.</c> and the raw body (HMAC-SHA256, hex): <c>Calendly-Webhook-Signature: t=1700000000,v1=…</c>. A time may differ by three minutes, as its documentation has it.
/// There is no event id. A person's booking is one invitee, so subscriptions of a user and of the organization tell of one event; rescheduling cancels one meeting and books another.
/// See https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures.
/// </summary>
public sealed class CalendlyProvider : IWebhookProvider
{
    private static readonly TimedSignatureHeader Scheme = new("Calendly-Webhook-Signature");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Type = Fields.Add("event");
    private static readonly JsonField CreatedAt = Fields.Add("created_at");
    private static readonly JsonField Uri = Fields.Add("payload.uri");
    private static readonly JsonField PayloadCreatedAt = Fields.Add("payload.created_at");
    private static readonly JsonField InviteeName = Fields.Add("payload.name");
    private static readonly JsonField InviteeEmail = Fields.Add("payload.email");
    private static readonly JsonField EventUri = Fields.Add("payload.scheduled_event.uri");
    private static readonly JsonField EventName = Fields.Add("payload.scheduled_event.name");
    private static readonly JsonField StartTime = Fields.Add("payload.scheduled_event.start_time");
    private static readonly JsonField EndTime = Fields.Add("payload.scheduled_event.end_time");
    private static readonly JsonField OrganizerEmail = Fields.Add("payload.scheduled_event.event_memberships.0.user_email");
    private static readonly JsonField OrganizerName = Fields.Add("payload.scheduled_event.event_memberships.0.user_name");
    private static readonly JsonField CanceledAt = Fields.Add("payload.cancellation.created_at");
    private static readonly JsonField CanceledBy = Fields.Add("payload.cancellation.canceled_by");
    private static readonly JsonField CancelReason = Fields.Add("payload.cancellation.reason");
    private static readonly JsonField RoutingForm = Fields.Add("payload.routing_form");

    public string Name => "calendly";

    public TimeSpan Tolerance => TimeSpan.FromMinutes(3);

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("invitee.created", nameof(MeetingScheduled), "`payload.created_at`"),
        new("invitee.canceled", nameof(MeetingCancelled), "`payload.cancellation.created_at`"),
        new("routing_form_submission.created", nameof(FormSubmitted), "`payload.created_at`"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source, now);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type) ?? Webhook.UnknownType;
        var draft = type switch
        {
            "invitee.created" => Scheduled(json),
            "invitee.canceled" => Cancelled(json),
            "routing_form_submission.created" => Submitted(json),
            _ => null,
        };
        return new Webhook(null, type, json.Time(CreatedAt), draft?.Subject ?? json.Name(EventUri) ?? json.Name(Uri), draft is null ? [] : [draft]);
    }

    private static EventDraft? Scheduled(in JsonValues json)
    {
        if (json.Name(EventUri) is not { } meetingId || json.Name(Uri) is not { } inviteeId)
        {
            return null;
        }

        var (title, startsAt, endsAt) = (json.Text(EventName), json.Time(StartTime), json.Time(EndTime));
        var (organizer, invitee) = (json.Text(OrganizerEmail) ?? json.Text(OrganizerName), json.Text(InviteeEmail) ?? json.Text(InviteeName));
        return EventDraft.Of(
            meetingId,
            metadata => new MeetingScheduled(metadata, meetingId, title, startsAt, endsAt, organizer, invitee),
            json.Time(PayloadCreatedAt),
            inviteeId);
    }

    private static EventDraft? Cancelled(in JsonValues json)
    {
        if (json.Name(EventUri) is not { } meetingId || json.Name(Uri) is not { } inviteeId)
        {
            return null;
        }

        var (title, startsAt, cancelledBy, reason) = (json.Text(EventName), json.Time(StartTime), json.Text(CanceledBy), json.Text(CancelReason));
        return EventDraft.Of(
            meetingId,
            metadata => new MeetingCancelled(metadata, meetingId, title, startsAt, cancelledBy, reason),
            json.Time(CanceledAt),
            inviteeId);
    }

    private static EventDraft? Submitted(in JsonValues json)
    {
        if (json.Name(RoutingForm) is not { } formId || json.Name(Uri) is not { } submissionId)
        {
            return null;
        }

        return EventDraft.Of(formId, metadata => new FormSubmitted(metadata, formId, submissionId), json.Time(PayloadCreatedAt), submissionId);
    }
}
