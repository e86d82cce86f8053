using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Twilio's messaging and voice webhooks are forms, Event Streams are JSON arrays of CloudEvents; both are signed with the URL (<see cref="TwilioScheme"/>), the key is the account's auth token.
/// A status callback and Event Streams may tell of one message's delivery: it is one event. (twilio.com/docs/usage/webhooks, twilio.com/docs/events)
/// </summary>
public sealed class TwilioProvider : IWebhookProvider
{
    // Twilio carries out what it is answered to a message or a call: nothing to say, nothing to do.
    private static readonly HandshakeResponse NoInstructions = new(200, "text/xml", "<Response/>");
    private static readonly HandshakeResponse NoContent = new(204);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Events = Fields.Add("");
    private static readonly JsonField EnvelopeType = Fields.Add("type");

    private static readonly JsonFields EventFields = new();
    private static readonly JsonField Type = EventFields.Add("type");
    private static readonly JsonField Sid = EventFields.Add("data.messageSid");
    private static readonly JsonField Time = EventFields.Add("data.timestamp");
    private static readonly JsonField From = EventFields.Add("data.from");
    private static readonly JsonField To = EventFields.Add("data.to");
    private static readonly JsonField Body = EventFields.Add("data.body");
    private static readonly JsonField ErrorCode = EventFields.Add("data.errorCode");

    public string Name => "twilio";

    public IReadOnlyList<string> MediaTypes { get; } = [FormFields.MediaType, "application/json"];

    public bool NeedsUrl => true;

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("message.received", nameof(MessageReceived), "the receipt"),
        new("message.delivered", nameof(MessageDelivered), "the receipt"),
        new("message.failed", nameof(MessageFailed), "the receipt"),
        new("message.undelivered", nameof(MessageFailed), "the receipt"),
        new("com.twilio.messaging.inbound-message.received", nameof(MessageReceived), "`data.timestamp`"),
        new("com.twilio.messaging.message.delivered", nameof(MessageDelivered), "`data.timestamp`"),
        new("com.twilio.messaging.message.failed", nameof(MessageFailed), "`data.timestamp`"),
        new("com.twilio.messaging.message.undelivered", nameof(MessageFailed), "`data.timestamp`"),
        new("batch", nameof(MessageReceived), "`data.timestamp` of the item", "Event Streams with items of different types"),
        new("batch", nameof(MessageDelivered), "`data.timestamp` of the item", "Event Streams with items of different types"),
        new("batch", nameof(MessageFailed), "`data.timestamp` of the item", "Event Streams with items of different types"),
    ];

    public IEnumerable<string> Validate(Source source) => [.. SourceChecks.Secrets(source), .. SourceChecks.PublicUrl(source)];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => TwilioScheme.Verify(request, source);

    public HandshakeResponse? AnswerAccepted(in RawRequest request, Source source) =>
        FormFields.Are(request) && IsMessageOrCall(request.Body.Span) ? NoInstructions : NoContent;

    public Webhook Read(in RawRequest request, Source source) => FormFields.Are(request) ? ReadForm(request.Body.Span) : ReadStream(request.Body.Span);

    private static Webhook ReadForm(ReadOnlySpan<byte> body)
    {
        if (Field(body, "EventType"u8) is { } conversations)
        {
            return new Webhook(null, conversations, null, Field(body, "ConversationSid"u8), []);
        }

        var sid = Field(body, "MessageSid"u8) ?? Field(body, "SmsSid"u8);
        var status = Field(body, "MessageStatus"u8) ?? Field(body, "SmsStatus"u8);
        if (sid is not null && status is not null)
        {
            var draft = Draft(status, new Message(sid, FormFields.Text(body, "From"u8), FormFields.Text(body, "To"u8), FormFields.Text(body, "Body"u8), FormFields.Text(body, "ErrorCode"u8)), null);
            // A message has each status once; in calls a status comes with every answer to an instruction.
            return new Webhook(CleanText.Name($"{sid}/{status}"), CleanText.Name($"message.{status}") ?? Webhook.UnknownType, null, draft?.Subject ?? sid, draft is null ? [] : [draft]);
        }

        var call = Field(body, "CallSid"u8);
        var progress = call is null ? null : Field(body, "CallStatus"u8);
        return new Webhook(null, progress is null ? Webhook.UnknownType : CleanText.Name($"call.{progress}") ?? Webhook.UnknownType, null, call ?? sid, []);
    }

    private static Webhook ReadStream(ReadOnlySpan<byte> body)
    {
        var json = Fields.Read(body);
        var drafts = new List<EventDraft>();
        if (json.Name(EnvelopeType) is { } single)
        {
            // A sink that does not batch.
            AddEvent(body, drafts);
            return new Webhook(null, single, drafts is [var only] ? only.OccurredAt : null, drafts is [var about] ? about.Subject : null, drafts);
        }

        var type = new BatchType();
        foreach (var item in json.Items(Events))
        {
            type.Add(AddEvent(item, drafts));
        }

        return new Webhook(null, type.Value, drafts is [var first, ..] ? first.OccurredAt : null, drafts is [var one] ? one.Subject : null, drafts);
    }

    /// <summary>Adds what an item gives, and returns its type.</summary>
    private static string? AddEvent(ReadOnlySpan<byte> item, List<EventDraft> drafts)
    {
        var json = EventFields.Read(item);
        var type = json.Name(Type);
        var status = type switch
        {
            "com.twilio.messaging.inbound-message.received" => "received",
            "com.twilio.messaging.message.delivered" => "delivered",
            "com.twilio.messaging.message.failed" => "failed",
            "com.twilio.messaging.message.undelivered" => "undelivered",
            _ => null,
        };
        if (status is not null
            && json.Name(Sid) is { } sid
            && Draft(status, new Message(sid, json.Text(From), json.Text(To), json.Text(Body), json.Text(ErrorCode)), json.Time(Time)) is { } draft)
        {
            drafts.Add(draft);
        }

        return type;
    }

    private static EventDraft? Draft(string status, Message message, DateTimeOffset? at)
    {
        var (sid, from, to, text, code) = message;
        return status switch
        {
            "received" when CleanText.Name(from) is { } sender =>
                EventDraft.Of(sender, metadata => new MessageReceived(metadata, sid, sender, sender, text), at, sid),
            "delivered" => EventDraft.Of(sid, metadata => new MessageDelivered(metadata, sid, to, ChannelOf(to)), at, sid),
            "failed" or "undelivered" => EventDraft.Of(sid, metadata => new MessageFailed(metadata, sid, to, ChannelOf(to), code), at, sid),
            _ => null,
        };
    }

    // whatsapp:+4915112345678; a plain number is a text message's.
    private static string? ChannelOf(string? recipient) =>
        recipient is null ? null
        : recipient.IndexOf(':', StringComparison.Ordinal) is > 0 and < 20 and var colon ? recipient[..colon]
        : "sms";

    private static bool IsMessageOrCall(ReadOnlySpan<byte> body) =>
        FormFields.Find(body, "EventType"u8) is null
        && (FormFields.Find(body, "CallSid"u8) ?? FormFields.Find(body, "MessageSid"u8) ?? FormFields.Find(body, "SmsSid"u8)) is not null;

    private static string? Field(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name) => CleanText.Name(FormFields.Text(body, name));

    private sealed record Message(string Sid, string? From, string? To, string? Text, string? ErrorCode);
}
