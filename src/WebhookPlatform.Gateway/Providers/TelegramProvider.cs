using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Telegram sends the <c>secret_token</c> of <c>setWebhook</c> along: <c>X-Telegram-Bot-Api-Secret-Token</c>; the body is not signed. An update's type is the name of its one other field.
/// A JSON answer with a <c>method</c> would be carried out as a call to the Bot API, so the answer is empty. (core.telegram.org/bots/api, "setWebhook", "Update" and "Making requests when getting updates")
/// </summary>
public sealed class TelegramProvider : IWebhookProvider
{
    private const string TokenHeader = "X-Telegram-Bot-Api-Secret-Token";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField UpdateId = Fields.Add("update_id");

    // Somebody writes to the bot itself, in a channel, or to the business that it is connected to.
    private static readonly MessageFields[] Messages = [new("message"), new("channel_post"), new("business_message")];

    // A field that each of the other kinds of update always has.
    private static readonly (string Type, JsonField Mark, JsonField Time)[] Others =
    [
        Other("edited_message", "message_id", "edit_date"),
        Other("edited_channel_post", "message_id", "edit_date"),
        Other("edited_business_message", "message_id", "edit_date"),
        Other("deleted_business_messages", "business_connection_id"),
        Other("business_connection", "id", "date"),
        Other("guest_message", "message_id", "date"),
        Other("message_reaction", "date", "date"),
        Other("message_reaction_count", "date", "date"),
        Other("inline_query", "id"),
        Other("chosen_inline_result", "result_id"),
        Other("callback_query", "id"),
        Other("shipping_query", "id"),
        Other("pre_checkout_query", "id"),
        Other("purchased_paid_media", "from.id"),
        Other("poll", "id"),
        Other("poll_answer", "poll_id"),
        Other("my_chat_member", "date", "date"),
        Other("chat_member", "date", "date"),
        Other("chat_join_request", "date", "date"),
        Other("chat_boost", "boost.boost_id", "boost.add_date"),
        Other("removed_chat_boost", "boost_id", "remove_date"),
    ];

    public string Name => "telegram";

    public IReadOnlyList<GivenEvent> Gives { get; } = [.. Messages.Select(message => new GivenEvent(message.Type, nameof(MessageReceived), $"`{message.Type}.date`"))];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(TokenHeader, out var token, out var failure))
        {
            return failure;
        }

        var secret = SharedToken.FindSecret(token, source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    public HandshakeResponse? AnswerAccepted(in RawRequest request, Source source) => HandshakeResponse.Empty;

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var id = json.Name(UpdateId);
        foreach (var message in Messages)
        {
            if (json.Name(message.Id) is { } messageId)
            {
                return new Webhook(id, message.Type, json.Time(message.Date), json.Name(message.Chat), Received(json, message, messageId) is { } draft ? [draft] : []);
            }
        }

        foreach (var (type, mark, time) in Others)
        {
            if (json.Text(mark) is not null)
            {
                return new Webhook(id, type, json.Time(time), null, []);
            }
        }

        return new Webhook(id, Webhook.UnknownType, null, null, []);
    }

    private static EventDraft? Received(in JsonValues json, MessageFields message, string messageId)
    {
        if (json.Name(message.Chat) is not { } chat)
        {
            return null;
        }

        var (sender, text) = (json.Text(message.From) ?? json.Text(message.SenderChat), json.Text(message.Text) ?? json.Text(message.Caption));
        return EventDraft.Of(chat, metadata => new MessageReceived(metadata, messageId, chat, sender, text), key: $"{chat}/{messageId}");
    }

    private static (string Type, JsonField Mark, JsonField Time) Other(string type, string mark, string? time = null) =>
        (type, Fields.Add($"{type}.{mark}"), Fields.Add($"{type}.{time ?? "date"}"));

    private sealed class MessageFields(string type)
    {
        public string Type { get; } = type;

        public JsonField Id { get; } = Fields.Add($"{type}.message_id");

        public JsonField Date { get; } = Fields.Add($"{type}.date");

        public JsonField Chat { get; } = Fields.Add($"{type}.chat.id");

        public JsonField From { get; } = Fields.Add($"{type}.from.id");

        public JsonField SenderChat { get; } = Fields.Add($"{type}.sender_chat.id");

        public JsonField Text { get; } = Fields.Add($"{type}.text");

        public JsonField Caption { get; } = Fields.Add($"{type}.caption");
    }
}
