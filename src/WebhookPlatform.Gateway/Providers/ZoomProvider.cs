using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WebhookPlatform.Contracts.Meetings;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Zoom signs as Slack does (<see cref="V0Scheme"/>): <c>x-zm-signature: v0=…</c> with <c>x-zm-request-timestamp</c>, the key is the app's secret token.
/// It tries an address when it is set and every 72 hours with a token, which wants to be sent back with its HMAC within 3 seconds. Webinars are read as meetings.
/// (developers.zoom.us/docs/api/webhooks, developers.zoom.us/docs/api/meetings/events)
/// </summary>
public sealed class ZoomProvider : IWebhookProvider
{
    private static readonly V0Scheme Scheme = new("x-zm-signature", "x-zm-request-timestamp");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Event = Fields.Add("event");
    private static readonly JsonField EventTime = Fields.Add("event_ts");
    private static readonly JsonField PlainToken = Fields.Add("payload.plainToken");
    private static readonly JsonField Operator = Fields.Add("payload.operator");
    private static readonly JsonField Id = Fields.Add("payload.object.id");
    private static readonly JsonField InstanceId = Fields.Add("payload.object.uuid");
    private static readonly JsonField Topic = Fields.Add("payload.object.topic");
    private static readonly JsonField Host = Fields.Add("payload.object.host_id");
    private static readonly JsonField StartTime = Fields.Add("payload.object.start_time");
    private static readonly JsonField Duration = Fields.Add("payload.object.duration");
    private static readonly JsonField FirstStart = Fields.Add("payload.object.occurrences.0.start_time");

    public string Name => "zoom";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("meeting.created", nameof(MeetingScheduled), "`event_ts`"),
        new("meeting.deleted", nameof(MeetingCancelled), "`event_ts`"),
        new("meeting.started", nameof(MeetingStarted), "`event_ts`"),
        new("meeting.ended", nameof(MeetingEnded), "`event_ts`"),
        new("webinar.created", nameof(MeetingScheduled), "`event_ts`"),
        new("webinar.deleted", nameof(MeetingCancelled), "`event_ts`"),
        new("webinar.started", nameof(MeetingStarted), "`event_ts`"),
        new("webinar.ended", nameof(MeetingEnded), "`event_ts`"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source, now);

    public HandshakeResponse? AnswerSigned(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        if (json.Text(Event) is not "endpoint.url_validation" || json.Text(PlainToken) is not { Length: > 0 } token)
        {
            return null;
        }

        // Encrypted with the secret that the request was signed with: which of them is in force only Zoom knows.
        var signer = Scheme.VerifyUntimed(request, source, out _);
        if (!signer.IsValid)
        {
            return null;
        }

        var encrypted = Convert.ToHexStringLower(HMACSHA256.HashData(source.Secrets[signer.SecretIndex].Utf8, Encoding.UTF8.GetBytes(token)));
        return new HandshakeResponse(200, "application/json", $$"""{"plainToken":"{{JsonEncodedText.Encode(token)}}","encryptedToken":"{{encrypted}}"}""");
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Event);
        var draft = json.Name(Id) is { } id ? Draft(json, type, id) : null;
        return new Webhook(null, type ?? Webhook.UnknownType, json.Time(EventTime), json.Name(Id), draft is null ? [] : [draft]);
    }

    private static EventDraft? Draft(in JsonValues json, string? type, string id)
    {
        var (title, host, instance) = (json.Text(Topic), json.Text(Host), json.Name(InstanceId));
        var startsAt = json.Time(StartTime) ?? json.Time(FirstStart);
        switch (type)
        {
            case "meeting.created" or "webinar.created":
                DateTimeOffset? endsAt = json.WholeNumber(Duration) is > 0 and < 1_000_000 and var minutes ? startsAt?.AddMinutes(minutes) : null;
                return EventDraft.Of(id, metadata => new MeetingScheduled(metadata, id, title, startsAt, endsAt, host));
            case "meeting.deleted" or "webinar.deleted":
                var by = json.Text(Operator);
                return EventDraft.Of(id, metadata => new MeetingCancelled(metadata, id, title, startsAt, by));
            // A recurring meeting keeps its id; each time it is held has an id of its own.
            case "meeting.started" or "webinar.started":
                return EventDraft.Of(id, metadata => new MeetingStarted(metadata, id, title, host), key: instance);
            case "meeting.ended" or "webinar.ended":
                return EventDraft.Of(id, metadata => new MeetingEnded(metadata, id, title, host), key: instance);
            default:
                return null;
        }
    }
}
