using System.Text;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// SendGrid's Event Webhook signs the timestamp header's text and the raw body (ECDSA P-256, SHA-256, DER, base64); a secret is the verification key as SendGrid shows it, base64 without armour.
/// No tolerance is documented and tries go on for a day, so a time may be two days old: within that, every item has an id by which a repeated one is known. (docs.sendgrid.com, "Event Webhook Security Features" and "Event Webhook Reference")
/// </summary>
public sealed class SendGridProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature";
    private const string TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";
    private const int LongestTimestamp = 32;

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Items = Fields.Add("");

    private static readonly JsonFields ItemFields = new();
    private static readonly JsonField Event = ItemFields.Add("event");
    private static readonly JsonField EventId = ItemFields.Add("sg_event_id");
    private static readonly JsonField MessageId = ItemFields.Add("sg_message_id");
    private static readonly JsonField SmtpId = ItemFields.Add("smtp-id");
    private static readonly JsonField Email = ItemFields.Add("email");
    private static readonly JsonField Timestamp = ItemFields.Add("timestamp");
    private static readonly JsonField Reason = ItemFields.Add("reason");
    private static readonly JsonField Status = ItemFields.Add("status");
    private static readonly JsonField BounceType = ItemFields.Add("type");

    public string Name => "sendgrid";

    /// <summary>Tries go on for a day.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 2, Days: 30);

    /// <summary>Whether each try is signed anew is not documented.</summary>
    public TimeSpan Tolerance => TimeSpan.FromDays(2);

    public bool UsesPublicKey => true;

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("delivered", nameof(MessageDelivered), "`timestamp` of the item"),
        new("bounce", nameof(MessageBounced), "`timestamp` of the item"),
        new("dropped", nameof(MessageFailed), "`timestamp` of the item"),
        new("batch", nameof(MessageDelivered), "`timestamp` of the item", "items of different types"),
        new("batch", nameof(MessageBounced), "`timestamp` of the item", "items of different types"),
        new("batch", nameof(MessageFailed), "`timestamp` of the item", "items of different types"),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        foreach (var finding in SourceChecks.Secrets(source))
        {
            yield return finding;
        }

        for (var i = 0; i < source.Secrets.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(source.Secrets[i].Text) && !EcdsaSignature.IsPublicKey(source.Secrets[i]))
            {
                yield return $"Secrets:{i} is no verification key: copy it from SendGrid's Event Webhook settings, base64 that begins with MFkw.";
            }
        }
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(TimestampHeader, out var timestamp, out var failure)
            || !request.TryGetSingle(SignatureHeader, out var header, out failure))
        {
            return failure;
        }

        Span<byte> signature = stackalloc byte[EcdsaSignature.MaxSize];
        if (timestamp.Length > LongestTimestamp || !Convert.TryFromBase64String(header, signature, out var length))
        {
            return VerificationFailure.MalformedHeader;
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp), .. request.Body.Span];
        var key = EcdsaSignature.FindKey(source.Secrets, signed, signature[..length]);
        return key < 0 ? VerificationFailure.SignatureMismatch
            : SignedTimestamp.CheckAge(PayloadTime.Parse(timestamp), source.Tolerance, now) is { } tooOld ? tooOld
            : Verification.Valid(key);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var drafts = new List<EventDraft>();
        var type = new BatchType();
        foreach (var bytes in json.Items(Items))
        {
            var item = ItemFields.Read(bytes);
            type.Add(item.Name(Event));
            if (Draft(item) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return new Webhook(null, type.Value, drafts is [var first, ..] ? first.OccurredAt : null, drafts is [var only] ? only.Subject : null, drafts);
    }

    private static EventDraft? Draft(in JsonValues item)
    {
        // A bounce that comes days later may lack the message's id and only have the one of its header.
        if ((item.Name(MessageId) ?? item.Name(SmtpId)) is not { } id || item.Name(EventId) is not { } key)
        {
            return null;
        }

        var (recipient, reason, status, at) = (item.Text(Email), item.Text(Reason), item.Text(Status), item.Time(Timestamp));
        switch (item.Text(Event))
        {
            case "delivered":
                return EventDraft.Of(id, metadata => new MessageDelivered(metadata, id, recipient, "email"), at, key);
            case "bounce":
                var kind = item.Text(BounceType) switch
                {
                    "bounce" => "permanent",
                    "blocked" => "temporary",
                    _ => null,
                };
                return EventDraft.Of(id, metadata => new MessageBounced(metadata, id, recipient, kind, reason), at, key);
            case "dropped":
                return EventDraft.Of(id, metadata => new MessageFailed(metadata, id, recipient, "email", status, reason), at, key);
            default:
                return null;
        }
    }
}
