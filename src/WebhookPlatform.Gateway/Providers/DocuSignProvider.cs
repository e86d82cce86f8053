using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using WebhookPlatform.Contracts.Documents;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// DocuSign Connect signs the raw body (HMAC-SHA256, base64) with each active key, used as text although it looks like base64: <c>X-DocuSign-Signature-1</c>, <c>-2</c> and so on, any of which may match.
/// The body is JSON, or XML in older configurations, which tells a status rather than an event and local times with the account's offset.
/// A retry counts itself in the body and there is no event id, so envelope and status identify an event: an envelope is sent, signed or declined once.
/// See https://developers.docusign.com/platform/webhooks/connect/hmac/.
/// </summary>
public sealed class DocuSignProvider : IWebhookProvider
{
    private static readonly string[] SignatureHeaders = [.. Enumerable.Range(1, PresentedSignatures.Capacity).Select(number => "X-DocuSign-Signature-" + number.ToString(CultureInfo.InvariantCulture))];

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Event = Fields.Add("event");
    private static readonly JsonField GeneratedAt = Fields.Add("generatedDateTime");
    private static readonly JsonField EnvelopeId = Fields.Add("data.envelopeId");
    private static readonly JsonField EmailSubject = Fields.Add("data.envelopeSummary.emailSubject");
    private static readonly JsonField SenderEmail = Fields.Add("data.envelopeSummary.sender.email");
    private static readonly JsonField SenderName = Fields.Add("data.envelopeSummary.sender.userName");
    private static readonly JsonField SentAt = Fields.Add("data.envelopeSummary.sentDateTime");
    private static readonly JsonField CompletedAt = Fields.Add("data.envelopeSummary.completedDateTime");
    private static readonly JsonField DeclinedAt = Fields.Add("data.envelopeSummary.declinedDateTime");
    private static readonly JsonField VoidedAt = Fields.Add("data.envelopeSummary.voidedDateTime");
    private static readonly JsonField VoidedReason = Fields.Add("data.envelopeSummary.voidedReason");
    private static readonly JsonField Signers = Fields.Add("data.envelopeSummary.recipients.signers");

    private static readonly JsonFields SignerFields = new();
    private static readonly JsonField SignerEmail = SignerFields.Add("email");
    private static readonly JsonField SignerName = SignerFields.Add("name");
    private static readonly JsonField SignedAt = SignerFields.Add("signedDateTime");
    private static readonly JsonField SignerStatus = SignerFields.Add("status");
    private static readonly JsonField DeclinedReason = SignerFields.Add("declinedReason");

    public string Name => "docusign";

    /// <summary>How long it retries is not published; what failed can be sent again from its log for 15 days: https://developers.docusign.com/docs/esign-rest-api/reference/connect/connectevents.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 15, Days: 30);

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", "text/xml", "application/xml"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("envelope-sent", nameof(DocumentSent), "`sentDateTime` of the envelope"),
        new("envelope-completed", nameof(DocumentSigned), "`completedDateTime` of the envelope"),
        new("envelope-declined", nameof(DocumentDeclined), "`declinedDateTime` of the envelope"),
        new("envelope-voided", nameof(DocumentDeclined), "`voidedDateTime` of the envelope"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        foreach (var name in SignatureHeaders)
        {
            if (request.TryGetSingle(name, out var header, out var failure))
            {
                presented.AddBase64(header);
            }
            else if (failure != VerificationFailure.MissingHeader)
            {
                return failure;
            }
        }

        if (presented.Count == 0)
        {
            return VerificationFailure.MissingHeader;
        }

        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, [], request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var isXml = request.MediaType is "text/xml" or "application/xml";
        var (type, generatedAt, envelope) = isXml ? FromXml(XmlFields.Read(request.Body)) : FromJson(Fields.Read(request.Body.Span));
        return new Webhook(null, type, generatedAt, envelope.Id, Draft(type, envelope) is { } draft ? [draft] : []);
    }

    private static EventDraft? Draft(string type, Envelope envelope)
    {
        if (envelope.Id is not { } id)
        {
            return null;
        }

        var (title, sender, at, signer, declinedBy, reason) = (envelope.Title, envelope.Sender, envelope.ChangedAt, envelope.LastSigner, envelope.DeclinedBy, envelope.Reason);
        return type switch
        {
            "envelope-sent" => EventDraft.Of(id, metadata => new DocumentSent(metadata, id, title, sender), at, id),
            "envelope-completed" => EventDraft.Of(id, metadata => new DocumentSigned(metadata, id, title, signer), at, id),
            "envelope-declined" or "envelope-voided" => EventDraft.Of(id, metadata => new DocumentDeclined(metadata, id, title, declinedBy, reason), at, id),
            _ => null,
        };
    }

    private static (string Type, DateTimeOffset? At, Envelope Envelope) FromJson(in JsonValues json)
    {
        var type = json.Name(Event) ?? Webhook.UnknownType;
        var changedAt = type switch
        {
            "envelope-sent" => json.Time(SentAt),
            "envelope-completed" => json.Time(CompletedAt),
            "envelope-declined" => json.Time(DeclinedAt),
            "envelope-voided" => json.Time(VoidedAt),
            _ => null,
        };
        var (lastSigner, lastAt, declinedBy, reason) = ((string?)null, DateTimeOffset.MinValue, (string?)null, json.Text(VoidedReason));
        foreach (var item in json.Items(Signers))
        {
            var signer = SignerFields.Read(item);
            var who = signer.Text(SignerEmail) ?? signer.Text(SignerName);
            if (signer.Time(SignedAt) is { } at && at > lastAt)
            {
                (lastSigner, lastAt) = (who, at);
            }

            if (signer.Text(SignerStatus) is "declined")
            {
                (declinedBy, reason) = (who, signer.Text(DeclinedReason) ?? reason);
            }
        }

        return (type, json.Time(GeneratedAt), new Envelope(json.Name(EnvelopeId), json.Text(EmailSubject), json.Text(SenderEmail) ?? json.Text(SenderName), changedAt, lastSigner, declinedBy, reason));
    }

    private static (string Type, DateTimeOffset? At, Envelope Envelope) FromXml(XElement? root)
    {
        var status = root.Child("EnvelopeStatus");
        var type = status.Text("Status") switch
        {
            "Sent" => "envelope-sent",
            "Delivered" => "envelope-delivered",
            "Completed" => "envelope-completed",
            "Declined" => "envelope-declined",
            "Voided" => "envelope-voided",
            var other => CleanText.Name($"envelope-{other}") is { } name && other is not null ? name : Webhook.UnknownType,
        };
        var offset = int.TryParse(root.Text("TimeZoneOffset"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var hours) && Math.Abs(hours) <= 14 ? TimeSpan.FromHours(hours) : (TimeSpan?)null;
        var (lastSigner, lastAt, declinedBy, reason) = ((string?)null, DateTimeOffset.MinValue, (string?)null, status.Text("VoidReason"));
        foreach (var recipient in status.Child("RecipientStatuses")?.Elements() ?? [])
        {
            var who = recipient.Text("Email") ?? recipient.Text("UserName");
            if (Local(recipient, "Signed", offset) is { } at && at > lastAt)
            {
                (lastSigner, lastAt) = (who, at);
            }

            if (recipient.Text("Status") is "Declined")
            {
                (declinedBy, reason) = (who, recipient.Text("DeclineReason") ?? reason);
            }
        }

        var changed = type switch
        {
            "envelope-sent" => "Sent",
            "envelope-completed" => "Completed",
            "envelope-declined" => "Declined",
            "envelope-voided" => "Voided",
            _ => "",
        };
        var envelope = new Envelope(
            CleanText.Name(status.Text("EnvelopeID")), status.Text("Subject"), status.Text("Email") ?? status.Text("UserName"), Local(status, changed, offset), lastSigner, declinedBy, reason);
        return (type, Local(status, "TimeGenerated", offset), envelope);
    }

    // Without the account's offset a local time could be any.
    private static DateTimeOffset? Local(XElement? parent, string name, TimeSpan? offset) =>
        parent.Text(name) is { } text && offset is { } hours && PayloadTime.Parse(text) is { } time && time - DateTimeOffset.UnixEpoch > hours.Duration() && DateTimeOffset.MaxValue - time > hours.Duration()
            ? time - hours
            : null;

    private sealed record Envelope(string? Id, string? Title, string? Sender, DateTimeOffset? ChangedAt, string? LastSigner, string? DeclinedBy, string? Reason);
}
