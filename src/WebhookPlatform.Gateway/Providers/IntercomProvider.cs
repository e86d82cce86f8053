using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Intercom signs the raw body (HMAC-SHA1 with the app's client secret, hex): <c>X-Hub-Signature: sha1=…</c>, and tries an address with a HEAD request.
/// Older versions of its API call people <c>user</c> and <c>contact</c>, newer ones <c>contact.user</c> and <c>contact.lead</c>. (developers.intercom.com, "Setting up webhooks" and "Webhook topics")
/// </summary>
public sealed class IntercomProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-Hub-Signature";

    private static readonly HmacScheme Scheme = new(SignatureHeader, Algorithm: HmacAlgorithm.Sha1, Prefix: "sha1=") { Undecodable = VerificationFailure.MalformedHeader };

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField Topic = Fields.Add("topic");
    private static readonly JsonField CreatedAt = Fields.Add("created_at");
    private static readonly JsonField ItemId = Fields.Add("data.item.id");
    private static readonly JsonField PersonName = Fields.Add("data.item.name");
    private static readonly JsonField Email = Fields.Add("data.item.email");
    private static readonly JsonField OpeningId = Fields.Add("data.item.source.id");
    private static readonly JsonField OpeningText = Fields.Add("data.item.source.body");
    private static readonly JsonField OpeningAuthor = Fields.Add("data.item.source.author.id");
    private static readonly JsonField ReplyId = Fields.Add("data.item.conversation_parts.conversation_parts.0.id");
    private static readonly JsonField ReplyText = Fields.Add("data.item.conversation_parts.conversation_parts.0.body");
    private static readonly JsonField ReplyAuthor = Fields.Add("data.item.conversation_parts.conversation_parts.0.author.id");
    private static readonly JsonField ReplyTime = Fields.Add("data.item.conversation_parts.conversation_parts.0.created_at");

    public string Name => "intercom";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("conversation.user.created", nameof(MessageReceived), "`created_at` of the notification"),
        new("conversation.user.replied", nameof(MessageReceived), "`created_at` of the part"),
        new("contact.user.created", nameof(CustomerCreated), "`created_at` of the notification"),
        new("contact.lead.created", nameof(CustomerCreated), "`created_at` of the notification"),
        new("contact.created", nameof(CustomerCreated), "`created_at` of the notification", "older versions"),
        new("user.created", nameof(CustomerCreated), "`created_at` of the notification", "older versions"),
        new("contact.user.updated", nameof(CustomerUpdated), "`created_at` of the notification"),
        new("contact.lead.updated", nameof(CustomerUpdated), "`created_at` of the notification"),
        new("contact.email.updated", nameof(CustomerUpdated), "`created_at` of the notification"),
        new("contact.lead.added_email", nameof(CustomerUpdated), "`created_at` of the notification"),
        new("contact.deleted", nameof(CustomerDeleted), "`created_at` of the notification"),
        new("user.deleted", nameof(CustomerDeleted), "`created_at` of the notification", "older versions"),
    ];

    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) =>
        HttpMethods.IsHead(request.Method) ? HandshakeResponse.Empty : null;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) =>
        request.Header(SignatureHeader) is { } header && header.StartsWith("sha256=", StringComparison.Ordinal)
            ? VerificationFailure.NoSupportedScheme
            : Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var topic = json.Name(Topic);
        var draft = json.Name(ItemId) is { } item ? Draft(json, topic, item) : null;
        return new Webhook(json.Name(Id), topic ?? Webhook.UnknownType, json.Time(CreatedAt), json.Name(ItemId), draft is null ? [] : [draft]);
    }

    private static EventDraft? Draft(in JsonValues json, string? topic, string item)
    {
        var (name, email) = (json.Text(PersonName), json.Text(Email));
        return topic switch
        {
            "conversation.user.created" => Message(item, json.Name(OpeningId), json.Text(OpeningAuthor), json.Text(OpeningText), null),
            "conversation.user.replied" => Message(item, json.Name(ReplyId), json.Text(ReplyAuthor), json.Text(ReplyText), json.Time(ReplyTime)),
            "contact.user.created" or "contact.lead.created" or "contact.created" or "user.created" =>
                EventDraft.Of(item, metadata => new CustomerCreated(metadata, item, name, email)),
            "contact.user.updated" or "contact.lead.updated" or "contact.email.updated" or "contact.lead.added_email" =>
                EventDraft.Of(item, metadata => new CustomerUpdated(metadata, item, name, email)),
            "contact.deleted" or "user.deleted" => EventDraft.Of(item, metadata => new CustomerDeleted(metadata, item, name, email)),
            _ => null,
        };
    }

    private static EventDraft? Message(string conversation, string? messageId, string? sender, string? text, DateTimeOffset? at) =>
        messageId is null ? null : EventDraft.Of(conversation, metadata => new MessageReceived(metadata, messageId, conversation, sender, text), at, $"{conversation}/{messageId}");
}
