using System.Text;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Microsoft Graph signs nothing: every notification of a batch has the <c>clientState</c> that its subscription was made with, and all of them have to be the source's secret (learn.microsoft.com/graph/change-notifications-delivery-webhooks). Lifecycle notifications come the same way.
/// A notification tells that something changed, mostly not what: of files it names only the drive, of mail it does not tell what was received from what was drafted. Messages in Teams name their chat or channel and give an event.
/// </summary>
public sealed class MicrosoftGraphProvider : IWebhookProvider
{
    private static readonly JsonFields Fields = new();
    private static readonly JsonField Value = Fields.Add("value");

    private static readonly JsonFields ItemFields = new();
    private static readonly JsonField ClientState = ItemFields.Add("clientState");
    private static readonly JsonField Id = ItemFields.Add("id");
    private static readonly JsonField Subscription = ItemFields.Add("subscriptionId");
    private static readonly JsonField ChangeType = ItemFields.Add("changeType");
    private static readonly JsonField LifecycleEvent = ItemFields.Add("lifecycleEvent");
    private static readonly JsonField Resource = ItemFields.Add("resource");
    private static readonly JsonField ResourceType = ItemFields.AddAt("resourceData", "@odata.type");
    private static readonly JsonField ResourceId = ItemFields.Add("resourceData.id");
    private static readonly JsonField ResourceTag = ItemFields.AddAt("resourceData", "@odata.etag");

    public string Name => "microsoft-graph";

    /// <summary>Notifications of drives and of lifecycles carry neither id nor version: two of them may be the same to the byte.</summary>
    public bool RepeatsItself => true;

    /// <summary>The validation of an address comes as text without any.</summary>
    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", "text/plain"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("chatMessage.created", nameof(MessageReceived), "the time of receipt"),
    ];

    /// <summary>A new subscription's address is asked for the token in its query, decoded, as plain text.</summary>
    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) =>
        request.Method is "POST" && request.Body.IsEmpty && request.Query.Length > 1 && FormFields.Text(Encoding.UTF8.GetBytes(request.Query[1..]), "validationToken"u8) is { Length: > 0 } token
            ? new HandshakeResponse(200, "text/plain", token)
            : null;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var json = Fields.Read(request.Body.Span);
        if (!json.IsReadable)
        {
            return VerificationFailure.MalformedHeader;
        }

        Verification verification = VerificationFailure.MissingHeader;
        foreach (var item in json.Items(Value))
        {
            if (ItemFields.Read(item).Text(ClientState) is not { Length: > 0 } state)
            {
                return VerificationFailure.MissingHeader;
            }

            var secret = SharedToken.FindSecret(state, source.Secrets);
            if (secret < 0)
            {
                return VerificationFailure.TokenMismatch;
            }

            verification = Verification.Valid(Math.Max(secret, verification.SecretIndex));
        }

        return verification;
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var batch = new BatchReading();
        foreach (var item in Fields.Read(request.Body.Span).Items(Value))
        {
            batch.Add(One(ItemFields.Read(item)));
        }

        return batch.ToWebhook();
    }

    private static Webhook One(in JsonValues item)
    {
        var type = TypeOf(item);
        var draft = type is "chatMessage.created" ? Message(item) : null;
        var subject = draft?.Subject ?? item.Name(Resource) ?? item.Name(Subscription);
        return new Webhook(IdOf(item), type ?? Webhook.UnknownType, null, subject, draft is null ? [] : [draft]);
    }

    // Without an id of its own a notification is known by what changed to which version; without a version there may be more of them.
    private static string? IdOf(in JsonValues item) =>
        item.Name(Id) ?? (item.Text(ResourceTag) is { } tag && item.Text(Resource) is { } resource && item.Text(ChangeType) is { } change
            ? CompositeId.Of(item.Text(Subscription), $"{change} {resource} {tag}")
            : null);

    // chatMessage.created of #Microsoft.Graph.chatMessage, whose name is written in different cases.
    private static string? TypeOf(in JsonValues item)
    {
        var change = item.Name(LifecycleEvent) ?? item.Name(ChangeType);
        if (change is null || item.Name(ResourceType) is not { } resource)
        {
            return change;
        }

        var name = resource[(resource.LastIndexOf('.') + 1)..].TrimStart('#');
        return name.Length == 0 ? change : CleanText.Name($"{char.ToLowerInvariant(name[0])}{name[1..]}.{change}");
    }

    private static EventDraft? Message(in JsonValues item)
    {
        if (item.Name(ResourceId) is not { } messageId || ConversationIn(item.Text(Resource)) is not { } conversation)
        {
            return null;
        }

        return EventDraft.Of(
            conversation,
            metadata => new MessageReceived(metadata, messageId, conversation),
            // Several subscriptions may tell of one message.
            key: $"{conversation}/{messageId}");
    }

    // chats('{id}')/messages('…') or teams('…')/channels('{id}')/messages('…')/replies('…')
    private static string? ConversationIn(string? resource)
    {
        foreach (var part in resource?.Split('/') ?? [])
        {
            if ((part.StartsWith("chats('", StringComparison.OrdinalIgnoreCase) || part.StartsWith("channels('", StringComparison.OrdinalIgnoreCase)) && part.EndsWith("')", StringComparison.Ordinal))
            {
                var start = part.IndexOf('\'', StringComparison.Ordinal) + 1;
                return part.Length - 2 > start ? CleanText.Name(part[start..^2]) : null;
            }
        }

        return null;
    }
}
