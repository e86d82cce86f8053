using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// HubSpot signs with the app's client secret in three versions at once, see <see cref="HubSpotSignature"/>: <c>X-HubSpot-Signature-v3</c> decides where it is sent, else <c>X-HubSpot-Signature</c> with its version.
/// The body is an array of up to 100 events. Their ids are not unique, several subscriptions may tell of one change, and a repeated delivery counts its attempts in the body: account, contact, property and time tell events apart.
/// A deletion for privacy is told again by <c>contact.deletion</c> and is not mapped.
/// See https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide.
/// </summary>
public sealed class HubSpotProvider : IWebhookProvider
{
    private const string OnlyNewest = "OnlyVersion3";
    private const string ContactObject = "0-1";

    private static readonly JsonFields Batch = new();
    private static readonly JsonField Items = Batch.Add("");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField PortalId = Fields.Add("portalId");
    private static readonly JsonField OccurredAt = Fields.Add("occurredAt");
    private static readonly JsonField Type = Fields.Add("subscriptionType");
    private static readonly JsonField ObjectTypeId = Fields.Add("objectTypeId");
    private static readonly JsonField ObjectId = Fields.Add("objectId");
    private static readonly JsonField PropertyName = Fields.Add("propertyName");
    private static readonly JsonField PropertyValue = Fields.Add("propertyValue");

    public string Name => "hubspot";

    public bool NeedsUrl => true;

    public IReadOnlyList<ProviderSetting> Settings { get; } =
        [new(OnlyNewest, "Set it to true to refuse webhooks that are not signed by version 3, the only one that covers the time.")];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("contact.creation", nameof(CustomerCreated), "`occurredAt`"),
        new("contact.propertyChange", nameof(CustomerUpdated), "`occurredAt`"),
        new("contact.deletion", nameof(CustomerDeleted), "`occurredAt`"),
        new("object.creation", nameof(CustomerCreated), "`occurredAt`", "if `objectTypeId` is that of contacts"),
        new("object.propertyChange", nameof(CustomerUpdated), "`occurredAt`", "if `objectTypeId` is that of contacts"),
        new("object.deletion", nameof(CustomerDeleted), "`occurredAt`", "if `objectTypeId` is that of contacts"),
        new("batch", nameof(CustomerCreated), "`occurredAt`", "from the items as above, where their types differ"),
        new("batch", nameof(CustomerUpdated), "`occurredAt`", "likewise"),
        new("batch", nameof(CustomerDeleted), "`occurredAt`", "likewise"),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        var flag = source.Setting(OnlyNewest);
        return [.. SourceChecks.Secrets(source), .. SourceChecks.PublicUrl(source), .. flag is null || bool.TryParse(flag, out _) ? [] : new[] { $"Settings:{OnlyNewest} is neither true nor false." }];
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) =>
        HubSpotSignature.Verify(request, source, now, onlyNewest: source.Setting(OnlyNewest) is { } flag && (!bool.TryParse(flag, out var only) || only));

    public Webhook Read(in RawRequest request, Source source)
    {
        var drafts = new List<EventDraft>();
        var type = new BatchType();
        var (count, at, subject) = (0, (DateTimeOffset?)null, (string?)null);
        foreach (var item in Batch.Read(request.Body.Span).Items(Items))
        {
            var json = Fields.Read(item);
            type.Add(json.Name(Type));
            (at, subject) = ++count == 1 ? (json.Time(OccurredAt), json.Name(ObjectId)) : (null, null);
            if (Draft(json) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return new Webhook(null, type.Value, at, subject, drafts);
    }

    private static EventDraft? Draft(in JsonValues json)
    {
        if (json.Text(Type) is not { } type || json.Name(ObjectId) is not { } contactId)
        {
            return null;
        }

        var at = json.Time(OccurredAt);
        var key = json.Name(PortalId) is { } portalId && at is not null ? $"{portalId}/{contactId}/{json.Name(PropertyName)}/{json.Name(OccurredAt)}" : null;
        switch (IsAboutContact(type, json) ? type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..] : "")
        {
            case "creation":
                return EventDraft.Of(contactId, metadata => new CustomerCreated(metadata, contactId), at, key);
            case "propertyChange":
                var email = json.Text(PropertyName) is "email" ? json.Text(PropertyValue) : null;
                return EventDraft.Of(contactId, metadata => new CustomerUpdated(metadata, contactId, null, email), at, key);
            case "deletion":
                return EventDraft.Of(contactId, metadata => new CustomerDeleted(metadata, contactId), at, key);
            default:
                return null;
        }
    }

    private static bool IsAboutContact(string type, in JsonValues json) =>
        type.StartsWith("contact.", StringComparison.Ordinal) || (type.StartsWith("object.", StringComparison.Ordinal) && json.Text(ObjectTypeId) is ContactObject);
}
