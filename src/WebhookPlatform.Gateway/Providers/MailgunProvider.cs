using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Mailgun signs a timestamp and a random token (HMAC-SHA256, hex), all three in the body: <c>signature.{timestamp,token,signature}</c>, in forms (routes and older webhooks) as fields of their own.
/// The event itself is <b>not</b> covered, so the token is the event's id: a second body under the same token is kept and flagged, never published. Serve it over HTTPS only.
/// A webhook of a subaccount also has the primary account's signature. Routes have to <c>store(notify=…)</c>: what they <c>forward</c> with attachments is multipart, which is not read. (documentation.mailgun.com, "Securing Webhooks" and "Webhook Payloads")
/// </summary>
public sealed class MailgunProvider : IWebhookProvider
{
    private const string AcceptParentSignature = nameof(AcceptParentSignature);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Timestamp = Fields.Add("signature.timestamp");
    private static readonly JsonField Token = Fields.Add("signature.token");
    private static readonly JsonField Signature = Fields.Add("signature.signature");
    private static readonly JsonField ParentSignature = Fields.Add("signature.parent-signature");
    private static readonly JsonField Event = Fields.Add("event-data.event");
    private static readonly JsonField Id = Fields.Add("event-data.id");
    private static readonly JsonField Time = Fields.Add("event-data.timestamp");
    private static readonly JsonField Recipient = Fields.Add("event-data.recipient");
    private static readonly JsonField MessageId = Fields.Add("event-data.message.headers.message-id");
    private static readonly JsonField Severity = Fields.Add("event-data.severity");
    private static readonly JsonField Reason = Fields.Add("event-data.reason");
    private static readonly JsonField RejectReason = Fields.Add("event-data.reject.reason");
    private static readonly JsonField StatusCode = Fields.Add("event-data.delivery-status.code");
    private static readonly JsonField StatusMessage = Fields.Add("event-data.delivery-status.message");
    private static readonly JsonField StatusDescription = Fields.Add("event-data.delivery-status.description");

    public string Name => "mailgun";

    /// <summary>A retry has the first try's signature, and the last one comes after almost eight hours: documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries, github.com/hookdeck/webhook-skills (mailgun-webhooks) and github.com/beyondcode/laravel-mailbox/issues/93.</summary>
    public TimeSpan Tolerance => TimeSpan.FromHours(9);

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", FormFields.MediaType];

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(AcceptParentSignature, "Set it to true where the secret is the primary account's signing key and webhooks come from its subaccounts."),
    ];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("delivered", nameof(MessageDelivered), "`event-data.timestamp`; in forms the signed `timestamp`"),
        new("failed", nameof(MessageBounced), "`event-data.timestamp`", "if `severity` is `permanent` and `reason` is `bounce`"),
        new("failed", nameof(MessageFailed), "`event-data.timestamp`", "if `severity` is `permanent` for another reason"),
        new("rejected", nameof(MessageFailed), "`event-data.timestamp`"),
        new("bounced", nameof(MessageBounced), "the signed `timestamp`", "older webhooks"),
        new("dropped", nameof(MessageFailed), "the signed `timestamp`", "older webhooks"),
        new("inbound", nameof(MessageReceived), "the signed `timestamp`", "a route that forwards a message"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var proof = ProofOf(request);
        if (proof.Timestamp is not { Length: > 0 } timestamp || proof.Token is not { Length: > 0 } token || proof.Signature is not { Length: > 0 } signature)
        {
            return VerificationFailure.MissingHeader;
        }

        if (!SignedTimestamp.TryParse(timestamp, out var unixSeconds) || CleanText.Name(token) is null)
        {
            return VerificationFailure.MalformedHeader;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        presented.AddHex(signature);
        if (proof.ParentSignature is { } parent && source.Setting(AcceptParentSignature) is { } accept && bool.TryParse(accept, out var isAccepted) && isAccepted)
        {
            presented.AddHex(parent);
        }

        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, default, Encoding.UTF8.GetBytes(timestamp + token), presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch
            : SignedTimestamp.Check(unixSeconds, source.Tolerance, now) is { } untimely ? untimely
            : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source) => FormFields.Are(request) ? ReadForm(request.Body.Span) : ReadJson(request.Body.Span);

    private static Webhook ReadJson(ReadOnlySpan<byte> body)
    {
        var json = Fields.Read(body);
        var draft = json.Name(Id) is { } key && json.Name(MessageId) is { } messageId ? Draft(json, key, messageId) : null;
        var subject = draft?.Subject ?? json.Name(MessageId);
        return new Webhook(json.Name(Token), json.Name(Event) ?? Webhook.UnknownType, json.Time(Time), subject, draft is null ? [] : [draft]);
    }

    private static EventDraft? Draft(in JsonValues json, string key, string messageId)
    {
        var recipient = json.Text(Recipient);
        var reason = NotEmpty(json.Text(StatusMessage)) ?? NotEmpty(json.Text(StatusDescription)) ?? json.Text(Reason);
        switch (json.Text(Event), json.Text(Severity))
        {
            case ("delivered", _):
                return EventDraft.Of(messageId, metadata => new MessageDelivered(metadata, messageId, recipient, "email"), key: key);
            case ("failed", "permanent") when json.Text(Reason) is "bounce":
                return EventDraft.Of(messageId, metadata => new MessageBounced(metadata, messageId, recipient, "permanent", reason), key: key);
            case ("failed", "permanent"): // A temporary failure is tried again.
                var code = json.Text(StatusCode);
                return EventDraft.Of(messageId, metadata => new MessageFailed(metadata, messageId, recipient, "email", code, reason), key: key);
            case ("rejected", _):
                var why = json.Text(RejectReason) ?? reason;
                return EventDraft.Of(messageId, metadata => new MessageFailed(metadata, messageId, recipient, "email", null, why), key: key);
            default:
                return null;
        }
    }

    private static Webhook ReadForm(ReadOnlySpan<byte> body)
    {
        var token = CleanText.Name(FormFields.Text(body, "token"u8));
        var at = PayloadTime.Parse(FormFields.Text(body, "timestamp"u8));
        var recipient = CleanText.Name(FormFields.Text(body, "recipient"u8));
        var messageId = CleanText.Name((FormFields.Text(body, "Message-Id"u8) ?? FormFields.Text(body, "message-id"u8))?.Trim('<', '>'));
        var type = CleanText.Name(FormFields.Text(body, "event"u8)) ?? (FormFields.Find(body, "body-plain"u8) is null ? Webhook.UnknownType : "inbound");
        var draft = messageId is null ? null : FormDraft(body, type, messageId, recipient);
        return new Webhook(token, type, at, draft?.Subject ?? messageId, draft is null ? [] : [draft]);
    }

    private static EventDraft? FormDraft(ReadOnlySpan<byte> body, string type, string messageId, string? recipient)
    {
        var reason = NotEmpty(FormFields.Text(body, "error"u8)) ?? NotEmpty(FormFields.Text(body, "description"u8)) ?? FormFields.Text(body, "reason"u8);
        var key = $"{messageId}/{recipient}";
        switch (type)
        {
            case "delivered":
                return EventDraft.Of(messageId, metadata => new MessageDelivered(metadata, messageId, recipient, "email"), key: key);
            case "bounced":
                return EventDraft.Of(messageId, metadata => new MessageBounced(metadata, messageId, recipient, "permanent", reason), key: key);
            case "dropped":
                var code = FormFields.Text(body, "code"u8);
                return EventDraft.Of(messageId, metadata => new MessageFailed(metadata, messageId, recipient, "email", code, reason), key: key);
            case "inbound" when recipient is not null:
                var (sender, text) = (FormFields.Text(body, "sender"u8), NotEmpty(FormFields.Text(body, "stripped-text"u8)) ?? FormFields.Text(body, "body-plain"u8));
                return EventDraft.Of(recipient, metadata => new MessageReceived(metadata, messageId, recipient, sender, text), key: key);
            default:
                return null;
        }
    }

    private static Proof ProofOf(in RawRequest request)
    {
        var body = request.Body.Span;
        if (FormFields.Are(request))
        {
            return new Proof(FormFields.Text(body, "timestamp"u8), FormFields.Text(body, "token"u8), FormFields.Text(body, "signature"u8), null);
        }

        var json = Fields.Read(body);
        return new Proof(json.Text(Timestamp), json.Text(Token), json.Text(Signature), json.Text(ParentSignature));
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private readonly record struct Proof(string? Timestamp, string? Token, string? Signature, string? ParentSignature);
}
