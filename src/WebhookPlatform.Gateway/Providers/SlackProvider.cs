using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Slack signs <c>v0:{timestamp}:</c> and the raw body (HMAC-SHA256, hex): <c>X-Slack-Signature: v0=…</c> with <c>X-Slack-Request-Timestamp</c>.
/// Events are JSON; slash commands are forms; interactions are forms whose <c>payload</c> is JSON.
/// </summary>
public sealed class SlackProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-Slack-Signature";
    private const int LongestCheck = 4096;

    private static readonly V0Scheme Scheme = new(SignatureHeader, "X-Slack-Request-Timestamp");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField Challenge = Fields.Add("challenge");
    private static readonly JsonField EventId = Fields.Add("event_id");
    private static readonly JsonField EventTime = Fields.Add("event_time");
    private static readonly JsonField InnerType = Fields.Add("event.type");
    private static readonly JsonField Subtype = Fields.Add("event.subtype");
    private static readonly JsonField Channel = Fields.Add("event.channel");
    private static readonly JsonField User = Fields.Add("event.user");
    private static readonly JsonField Bot = Fields.Add("event.bot_id");
    private static readonly JsonField Text = Fields.Add("event.text");
    private static readonly JsonField Timestamp = Fields.Add("event.ts");

    private static readonly JsonFields InteractionFields = new();
    private static readonly JsonField InteractionType = InteractionFields.Add("type");
    private static readonly JsonField InteractionTrigger = InteractionFields.Add("trigger_id");
    private static readonly JsonField InteractionChannel = InteractionFields.Add("channel.id");
    private static readonly JsonField ActionTime = InteractionFields.Add("actions.0.action_ts");
    private static readonly JsonField ShortcutTime = InteractionFields.Add("action_ts");

    public string Name => "slack";

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", FormFields.MediaType];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("message", nameof(MessageReceived), "`event.ts`", "without a subtype"),
        new("message.file_share", nameof(MessageReceived), "`event.ts`", "also `thread_broadcast` and `me_message`"),
        new("message.bot_message", nameof(MessageReceived), "`event.ts`"),
        new("app_mention", nameof(MessageReceived), "`event.ts`"),
        new("slash_command", nameof(MessageReceived), "the receipt", "a form"),
    ];

    public IReadOnlyList<string> KeptHeaders { get; } = ["X-Slack-Retry-Num", "X-Slack-Retry-Reason"];

    /// <summary>Slack checks a new slash command's certificate with an unsigned <c>ssl_check=1</c>: answered with nothing, whatever else the form says.</summary>
    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) =>
        !request.Headers.ContainsKey(SignatureHeader) && IsCertificateCheck(request) ? new HandshakeResponse(200) : null;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source, now);

    /// <summary>Slack proves a new event URL with a signed <c>url_verification</c>, whose challenge is sent back.</summary>
    public HandshakeResponse? AnswerSigned(in RawRequest request, Source source)
    {
        if (FormFields.Are(request))
        {
            return IsCertificateCheck(request) ? new HandshakeResponse(200) : null;
        }

        var json = Fields.Read(request.Body.Span);
        return json.Text(Type) is "url_verification" && json.Text(Challenge) is { } challenge
            ? new HandshakeResponse(200, "text/plain", challenge)
            : null;
    }

    /// <summary>Slack shows the answer to a command or an interaction to the person who caused it; only an empty one is silent. Where it asks for the choices of a menu, it has to be told that there are none.</summary>
    public HandshakeResponse? AnswerAccepted(in RawRequest request, Source source)
    {
        if (!FormFields.Are(request))
        {
            return null;
        }

        var isMenu = FormFields.Find(request.Body.Span, "payload"u8) is { } payload && InteractionFields.Read(payload).Text(InteractionType) is "block_suggestion";
        return isMenu ? new HandshakeResponse(200, "application/json", """{"options":[]}""") : HandshakeResponse.Empty;
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var body = request.Body.Span;
        if (!FormFields.Are(request))
        {
            return ReadEvent(body);
        }

        return FormFields.Find(body, "payload"u8) is { } payload ? ReadInteraction(payload) : ReadCommand(body);
    }

    private static Webhook ReadEvent(ReadOnlySpan<byte> body)
    {
        var json = Fields.Read(body);
        var inner = json.Name(InnerType);
        var type = inner is not null && json.Name(Subtype) is { } subtype ? CleanText.Name($"{inner}.{subtype}") : inner ?? json.Name(Type);
        var occurredAt = json.Time(Timestamp) ?? json.Time(EventTime);
        var draft = IsNewMessage(inner, json.Text(Subtype)) ? Message(json) : null;
        return new Webhook(json.Name(EventId), type ?? Webhook.UnknownType, occurredAt, json.Name(Channel), draft is null ? [] : [draft]);
    }

    // Every other subtype is an edit, a deletion, or a notice that the workspace wrote by itself.
    private static bool IsNewMessage(string? type, string? subtype) => type switch
    {
        "app_mention" => true,
        "message" => subtype is null or "file_share" or "thread_broadcast" or "me_message" or "bot_message",
        _ => false,
    };

    private static EventDraft? Message(in JsonValues json)
    {
        if (json.Name(Channel) is not { } channel || json.Name(Timestamp) is not { } messageId)
        {
            return null;
        }

        var (sender, text) = (json.Text(User) ?? json.Text(Bot), json.Text(Text));
        return EventDraft.Of(
            channel,
            metadata => new MessageReceived(metadata, messageId, channel, sender, text),
            // A mention in a channel is told twice, as app_mention and as message, with different event ids.
            key: $"{channel}/{messageId}");
    }

    private static Webhook ReadInteraction(ReadOnlySpan<byte> payload)
    {
        var json = InteractionFields.Read(payload);
        return new Webhook(json.Name(InteractionTrigger), json.Name(InteractionType) ?? Webhook.UnknownType, json.Time(ActionTime) ?? json.Time(ShortcutTime), json.Name(InteractionChannel), []);
    }

    private static Webhook ReadCommand(ReadOnlySpan<byte> body)
    {
        if (FormFields.Text(body, "command"u8) is not { Length: > 0 } command)
        {
            return Webhook.Unreadable;
        }

        const string CommandType = "slash_command";
        var trigger = CleanText.Name(FormFields.Text(body, "trigger_id"u8));
        var channel = CleanText.Name(FormFields.Text(body, "channel_id"u8));
        if (trigger is null || channel is null)
        {
            return new Webhook(trigger, CommandType, null, channel, []);
        }

        var sender = FormFields.Text(body, "user_id"u8);
        var text = $"{command} {FormFields.Text(body, "text"u8)}".TrimEnd();
        return new Webhook(trigger, CommandType, null, channel,
            [EventDraft.Of(channel, metadata => new MessageReceived(metadata, trigger, channel, sender, text))]);
    }

    private static bool IsCertificateCheck(in RawRequest request) =>
        request.Body.Length <= LongestCheck && FormFields.Are(request) && FormFields.Text(request.Body.Span, "ssl_check"u8) is "1";
}
