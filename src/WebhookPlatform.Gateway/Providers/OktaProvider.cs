using System.Text.Json;
using WebhookPlatform.Contracts.Alerts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Okta event hooks send the secret along, as it is and without a scheme: <c>Authorization: {secret}</c>; the body is not signed. A new hook is tried out with a GET whose <c>X-Okta-Verification-Challenge</c> is sent back, here only to who knows the secret.
/// The body carries several events of the system log, each with an id of its own. Most are about the organization's own users, who are no customers: only threats give a typed event.
/// See https://developer.okta.com/docs/concepts/event-hooks/.
/// </summary>
public sealed class OktaProvider : IWebhookProvider
{
    private const string TokenHeader = "Authorization";
    private const string ChallengeHeader = "X-Okta-Verification-Challenge";
    private const int LongestChallenge = 500;

    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventId = Fields.Add("eventId");
    private static readonly JsonField EventTime = Fields.Add("eventTime");
    private static readonly JsonField Events = Fields.Add("data.events");

    private static readonly JsonFields EventFields = new();
    private static readonly JsonField Uuid = EventFields.Add("uuid");
    private static readonly JsonField Published = EventFields.Add("published");
    private static readonly JsonField Type = EventFields.Add("eventType");
    private static readonly JsonField Title = EventFields.Add("displayMessage");
    private static readonly JsonField Severity = EventFields.Add("severity");
    private static readonly JsonField Target = EventFields.Add("target.0.displayName");
    private static readonly JsonField TargetId = EventFields.Add("target.0.id");

    public string Name => "okta";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("security.threat.detected", nameof(AlertRaised), "`published` of the item"),
        new("user.account.report_suspicious_activity_by_enduser", nameof(AlertRaised), "`published` of the item"),
        new("batch", nameof(AlertRaised), "`published` of the item", "from the items as above, where their types differ"),
    ];

    /// <summary>The one-time verification; a stranger learns nothing here.</summary>
    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) =>
        HttpMethods.IsGet(request.Method)
        && CleanText.Bounded(request.Header(ChallengeHeader), LongestChallenge) is { } challenge && challenge.All(char.IsAscii)
        && Verify(request, source, default).IsValid
            ? new HandshakeResponse(200, "application/json", $$"""{"verification":"{{JsonEncodedText.Encode(challenge)}}"}""")
            : null;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(TokenHeader, out var token, out var failure))
        {
            return failure;
        }

        var secret = SharedToken.FindSecret(token, source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    /// <summary>Okta wants 200 or 204 and nothing in it.</summary>
    public HandshakeResponse? AnswerAccepted(in RawRequest request, Source source) => HandshakeResponse.Empty;

    public Webhook Read(in RawRequest request, Source source)
    {
        var envelope = Fields.Read(request.Body.Span);
        var drafts = new List<EventDraft>();
        var type = new BatchType();
        var (count, at, subject) = (0, (DateTimeOffset?)null, (string?)null);
        foreach (var item in envelope.Items(Events))
        {
            var json = EventFields.Read(item);
            type.Add(json.Name(Type));
            (at, subject) = ++count == 1 ? (json.Time(Published), json.Name(TargetId)) : (null, null);
            if (Draft(json) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return new Webhook(envelope.Name(EventId), type.Value, at ?? envelope.Time(EventTime), subject, drafts);
    }

    private static EventDraft? Draft(in JsonValues json)
    {
        if (json.Text(Type) is not ("security.threat.detected" or "user.account.report_suspicious_activity_by_enduser")
            || json.Name(Uuid) is not { } alertId || json.Text(Title) is not { Length: > 0 } title)
        {
            return null;
        }

        var (severity, service) = (json.Text(Severity), json.Text(Target));
        return EventDraft.Of(alertId, metadata => new AlertRaised(metadata, alertId, title, severity, service), json.Time(Published), alertId);
    }
}
