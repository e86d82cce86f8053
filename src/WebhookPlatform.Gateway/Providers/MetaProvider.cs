using System.Text;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Meta (WhatsApp, Messenger, Instagram, pages) signs the raw body, its <c>\u</c> escapes as they stand (HMAC-SHA256 with the app secret, hex): <c>X-Hub-Signature-256: sha256=…</c>.
/// Bodies gather up to 1,000 updates and have no id; a message is told apart by its own. A new address is tried with <c>GET ?hub.challenge=</c> and the verify token set beside it.
/// (developers.facebook.com/docs/graph-api/webhooks/getting-started, /docs/whatsapp/cloud-api/webhooks, /docs/messenger-platform/webhooks)
/// </summary>
public sealed class MetaProvider : IWebhookProvider
{
    private const string VerifyToken = nameof(VerifyToken);

    private static readonly HmacScheme Scheme = new("X-Hub-Signature-256", Prefix: "sha256=") { Undecodable = VerificationFailure.MalformedHeader };

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Object = Fields.Add("object");
    private static readonly JsonField Entries = Fields.Add("entry");

    private static readonly JsonFields EntryFields = new();
    private static readonly JsonField Changes = EntryFields.Add("changes");
    private static readonly JsonField Messaging = EntryFields.Add("messaging");

    private static readonly JsonFields ChangeFields = new();
    private static readonly JsonField Field = ChangeFields.Add("field");
    private static readonly JsonField Messages = ChangeFields.Add("value.messages");
    private static readonly JsonField Statuses = ChangeFields.Add("value.statuses");

    // A message or a status of WhatsApp's.
    private static readonly JsonFields UpdateFields = new();
    private static readonly JsonField UpdateId = UpdateFields.Add("id");
    private static readonly JsonField UpdateTime = UpdateFields.Add("timestamp");
    private static readonly JsonField Sender = UpdateFields.Add("from");
    private static readonly JsonField Recipient = UpdateFields.Add("recipient_id");
    private static readonly JsonField Kind = UpdateFields.Add("type");
    private static readonly JsonField Text = UpdateFields.Add("text.body");
    private static readonly JsonField ButtonText = UpdateFields.Add("button.text");
    private static readonly JsonField ReplyTitle = UpdateFields.Add("interactive.button_reply.title");
    private static readonly JsonField ListTitle = UpdateFields.Add("interactive.list_reply.title");
    private static readonly JsonField ImageCaption = UpdateFields.Add("image.caption");
    private static readonly JsonField VideoCaption = UpdateFields.Add("video.caption");
    private static readonly JsonField DocumentCaption = UpdateFields.Add("document.caption");
    private static readonly JsonField Status = UpdateFields.Add("status");
    private static readonly JsonField ErrorCode = UpdateFields.Add("errors.0.code");
    private static readonly JsonField ErrorTitle = UpdateFields.Add("errors.0.title");
    private static readonly JsonField ErrorDetails = UpdateFields.Add("errors.0.error_data.details");

    // An item of Messenger's or Instagram's.
    private static readonly JsonFields ItemFields = new();
    private static readonly JsonField ItemSender = ItemFields.Add("sender.id");
    private static readonly JsonField ItemTime = ItemFields.Add("timestamp");
    private static readonly JsonField MessageId = ItemFields.Add("message.mid");
    private static readonly JsonField MessageText = ItemFields.Add("message.text");
    private static readonly JsonField IsEcho = ItemFields.Add("message.is_echo");
    private static readonly JsonField IsDeleted = ItemFields.Add("message.is_deleted");
    private static readonly JsonField Watermark = ItemFields.Add("delivery.watermark");
    private static readonly JsonField Delivered = ItemFields.Add("delivery.mids");
    private static readonly JsonField ReadMessage = ItemFields.Add("read.mid");
    private static readonly JsonField ReadWatermark = ItemFields.Add("read.watermark");
    private static readonly JsonField Postback = ItemFields.Add("postback.payload");
    private static readonly JsonField Reaction = ItemFields.Add("reaction.mid");

    private static readonly JsonFields TextFields = new();
    private static readonly JsonField Whole = TextFields.Add("");

    public string Name => "meta";

    /// <summary>WhatsApp retries for seven days, other products for 36 hours. https://developers.facebook.com/docs/graph-api/webhooks/getting-started and its WhatsApp counterpart.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 7, Days: 30);

    public IReadOnlyList<ProviderSetting> Settings { get; } =
        [new(VerifyToken, "The verify token that is set beside the callback URL in the app's webhook settings; without it a new URL cannot be confirmed.")];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("whatsapp_business_account.messages", nameof(MessageReceived), "`timestamp` of the message"),
        new("whatsapp_business_account.messages", nameof(MessageDelivered), "`timestamp` of the status", "if `status` is `delivered`"),
        new("whatsapp_business_account.messages", nameof(MessageFailed), "`timestamp` of the status", "if `status` is `failed`"),
        new("page.messages", nameof(MessageReceived), "`timestamp` of the item"),
        new("page.message_deliveries", nameof(MessageDelivered), "`delivery.watermark`"),
        new("instagram.messages", nameof(MessageReceived), "`timestamp` of the item"),
        new("batch", nameof(MessageReceived), "`timestamp` of the item", "items of different types"),
        new("batch", nameof(MessageDelivered), "`timestamp` of the item", "items of different types"),
        new("batch", nameof(MessageFailed), "`timestamp` of the item", "items of different types"),
    ];

    /// <summary>Meta asks a new address for the challenge it sends with the verify token.</summary>
    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source)
    {
        if (!HttpMethods.IsGet(request.Method) || source.Setting(VerifyToken) is not { } expected)
        {
            return null;
        }

        var query = Encoding.UTF8.GetBytes(request.Query.TrimStart('?'));
        if (FormFields.Text(query, "hub.mode"u8) is not "subscribe" || FormFields.Text(query, "hub.challenge"u8) is not { Length: > 0 } challenge)
        {
            return null;
        }

        var isExpected = FormFields.Text(query, "hub.verify_token"u8) is { } token && SharedToken.FindSecret(token, [new SourceSecret(expected)]) >= 0;
        return isExpected ? new HandshakeResponse(StatusCodes.Status200OK, "text/plain", challenge) : new HandshakeResponse(StatusCodes.Status403Forbidden);
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var product = json.Name(Object);
        if (product is null)
        {
            return Webhook.Unreadable;
        }

        var drafts = new List<EventDraft>();
        var type = new BatchType();
        foreach (var bytes in json.Items(Entries))
        {
            var entry = EntryFields.Read(bytes);
            foreach (var change in entry.Items(Changes))
            {
                type.Add(Named(product, AddChange(ChangeFields.Read(change), drafts)));
            }

            foreach (var item in entry.Items(Messaging))
            {
                type.Add(Named(product, AddItem(ItemFields.Read(item), drafts)));
            }
        }

        return new Webhook(null, type.Value, drafts is [var first, ..] ? first.OccurredAt : null, drafts is [var only] ? only.Subject : null, drafts);
    }

    private static string? AddChange(in JsonValues change, List<EventDraft> drafts)
    {
        foreach (var bytes in change.Items(Messages))
        {
            if (Received(UpdateFields.Read(bytes)) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        foreach (var bytes in change.Items(Statuses))
        {
            if (Told(UpdateFields.Read(bytes)) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return change.Name(Field);
    }

    private static EventDraft? Received(in JsonValues message)
    {
        // A reaction belongs to another message; a system message tells of a changed number.
        if (message.Name(UpdateId) is not { } id || message.Name(Sender) is not { } sender || message.Text(Kind) is "reaction" or "system")
        {
            return null;
        }

        var text = message.Text(Text) ?? message.Text(ButtonText) ?? message.Text(ReplyTitle) ?? message.Text(ListTitle)
            ?? message.Text(ImageCaption) ?? message.Text(VideoCaption) ?? message.Text(DocumentCaption);
        return EventDraft.Of(sender, metadata => new MessageReceived(metadata, id, sender, sender, text), message.Time(UpdateTime), id);
    }

    private static EventDraft? Told(in JsonValues status)
    {
        if (status.Name(UpdateId) is not { } id)
        {
            return null;
        }

        var (recipient, at) = (status.Text(Recipient), status.Time(UpdateTime));
        switch (status.Text(Status))
        {
            case "delivered":
                return EventDraft.Of(id, metadata => new MessageDelivered(metadata, id, recipient, "whatsapp"), at, id);
            case "failed":
                var (code, reason) = (status.Text(ErrorCode), status.Text(ErrorDetails) ?? status.Text(ErrorTitle));
                return EventDraft.Of(id, metadata => new MessageFailed(metadata, id, recipient, "whatsapp", code, reason), at, id);
            default:
                return null;
        }
    }

    /// <summary>Adds what an item gives, and returns the name of the field it belongs to, as it is subscribed to.</summary>
    private static string? AddItem(in JsonValues item, List<EventDraft> drafts)
    {
        var sender = item.Name(ItemSender);
        if (item.Name(MessageId) is { } id)
        {
            if (item.IsTrue(IsEcho))
            {
                return "message_echoes";
            }

            if (sender is not null && !item.IsTrue(IsDeleted))
            {
                var text = item.Text(MessageText);
                drafts.Add(EventDraft.Of(sender, metadata => new MessageReceived(metadata, id, sender, sender, text), item.Time(ItemTime), id));
            }

            return "messages";
        }

        if (item.Text(Watermark) is not null)
        {
            var at = item.Time(Watermark);
            foreach (var bytes in item.Items(Delivered))
            {
                if (TextFields.Read(bytes).Name(Whole) is { } delivered)
                {
                    drafts.Add(EventDraft.Of(delivered, metadata => new MessageDelivered(metadata, delivered, sender, "messenger"), at, delivered));
                }
            }

            return "message_deliveries";
        }

        return item.Text(Postback) is not null ? "messaging_postbacks"
            : item.Text(Reaction) is not null ? "message_reactions"
            : (item.Text(ReadMessage) ?? item.Text(ReadWatermark)) is not null ? "message_reads"
            : null;
    }

    private static string Named(string product, string? field) => field is null ? product : CleanText.Name($"{product}.{field}") ?? product;
}
