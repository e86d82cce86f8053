using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Xero signs the raw body (HMAC-SHA256, base64) with the webhook's key as text: <c>x-xero-signature</c>. A new address is tried out with rightly and wrongly signed bodies without events; answers have to be empty.
/// The body carries several events, which have no ids: organization, resource, kind and time tell them apart. A new invoice may be a draft, and an updated one anything, so that invoices give no typed event.
/// See https://developer.xero.com/documentation/guides/webhooks/overview/.
/// </summary>
public sealed class XeroProvider : IWebhookProvider
{
    private static readonly HmacScheme Scheme = new("x-xero-signature", SignatureEncoding.Base64);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Events = Fields.Add("events");
    private static readonly JsonField FirstSequence = Fields.Add("firstEventSequence");

    private static readonly JsonFields EventFields = new();
    private static readonly JsonField Category = EventFields.Add("eventCategory");
    private static readonly JsonField Type = EventFields.Add("eventType");
    private static readonly JsonField Date = EventFields.Add("eventDateUtc");
    private static readonly JsonField ResourceId = EventFields.Add("resourceId");
    private static readonly JsonField TenantId = EventFields.Add("tenantId");

    public string Name => "xero";

    public bool WantsEmptyRefusals => true;

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("CONTACT.CREATE", nameof(CustomerCreated), "`eventDateUtc`"),
        new("CONTACT.UPDATE", nameof(CustomerUpdated), "`eventDateUtc`"),
        new("batch", nameof(CustomerCreated), "`eventDateUtc`", "from the items as above, where their types differ"),
        new("batch", nameof(CustomerUpdated), "`eventDateUtc`", "likewise"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    /// <summary>The "intent to receive": rightly signed, without events.</summary>
    public HandshakeResponse? AnswerSigned(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        if (json.WholeNumber(FirstSequence) is not 0)
        {
            return null;
        }

        foreach (var _ in json.Items(Events))
        {
            return null;
        }

        return HandshakeResponse.Empty;
    }

    /// <summary>Xero takes an answer with a body for a failure.</summary>
    public HandshakeResponse? AnswerAccepted(in RawRequest request, Source source) => HandshakeResponse.Empty;

    public Webhook Read(in RawRequest request, Source source)
    {
        var drafts = new List<EventDraft>();
        var type = new BatchType();
        var (count, at, subject) = (0, (DateTimeOffset?)null, (string?)null);
        foreach (var item in Fields.Read(request.Body.Span).Items(Events))
        {
            var json = EventFields.Read(item);
            var itemType = CleanText.Name($"{json.Text(Category)}.{json.Text(Type)}");
            type.Add(itemType is null or ['.', ..] or [.., '.'] ? null : itemType);
            (at, subject) = ++count == 1 ? (json.Time(Date), json.Name(ResourceId)) : (null, null);
            if (Draft(json) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return new Webhook(null, type.Value, at, subject, drafts);
    }

    private static EventDraft? Draft(in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } contactId || json.Name(TenantId) is not { } tenantId || json.Name(Date) is not { } date)
        {
            return null;
        }

        var (at, key) = (json.Time(Date), $"{tenantId}/{contactId}/{date}");
        return (json.Text(Category), json.Text(Type)) switch
        {
            ("CONTACT", "CREATE") => EventDraft.Of(contactId, metadata => new CustomerCreated(metadata, contactId), at, key),
            ("CONTACT", "UPDATE") => EventDraft.Of(contactId, metadata => new CustomerUpdated(metadata, contactId), at, key),
            _ => null,
        };
    }
}
