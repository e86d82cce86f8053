using System.Security.Cryptography;
using WebhookPlatform.Contracts.Alerts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// PagerDuty (webhooks v3) signs the raw body (HMAC-SHA256, hex): <c>X-PagerDuty-Signature: v1=…,v1=…</c>, one for each active secret.
/// See developer.pagerduty.com/docs/webhooks-overview and …/docs/verifying-webhook-signatures.
/// </summary>
public sealed class PagerDutyProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-PagerDuty-Signature";
    private const string Version = "v1=";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("event.id");
    private static readonly JsonField Type = Fields.Add("event.event_type");
    private static readonly JsonField OccurredAt = Fields.Add("event.occurred_at");
    private static readonly JsonField IncidentId = Fields.Add("event.data.id");
    private static readonly JsonField Title = Fields.Add("event.data.title");
    private static readonly JsonField Urgency = Fields.Add("event.data.urgency");
    private static readonly JsonField Service = Fields.Add("event.data.service.summary");
    private static readonly JsonField Url = Fields.Add("event.data.html_url");

    public string Name => "pagerduty";

    /// <summary>Retries for up to 48 hours. https://github.com/PagerDuty/developer-docs, docs/webhooks/02-Behavior.md.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 2, Days: 30);

    public IReadOnlyList<string> KeptHeaders { get; } = ["X-Webhook-Id", "X-Webhook-Subscription"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("incident.triggered", nameof(AlertRaised), "`event.occurred_at`"),
        new("incident.reopened", nameof(AlertRaised), "`event.occurred_at`"),
        new("incident.resolved", nameof(AlertResolved), "`event.occurred_at`"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(SignatureHeader, out var header, out var failure))
        {
            return failure;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        var hasOtherVersion = false;
        foreach (var range in header.AsSpan().Split(','))
        {
            var item = header.AsSpan(range).Trim();
            if (item.StartsWith(Version))
            {
                presented.AddHex(item[Version.Length..]);
            }
            else
            {
                hasOtherVersion |= item is ['v', >= '0' and <= '9', '=', ..];
            }
        }

        if (presented.Count == 0 || presented.IsOverfull)
        {
            return hasOtherVersion ? VerificationFailure.NoSupportedScheme : VerificationFailure.MalformedHeader;
        }

        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, default, request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Type);
        var draft = type switch
        {
            "incident.triggered" or "incident.reopened" => Raised(json),
            "incident.resolved" => Resolved(json),
            _ => null,
        };
        return new Webhook(json.Name(Id), type ?? Webhook.UnknownType, json.Time(OccurredAt), draft?.Subject ?? json.Name(IncidentId), draft is null ? [] : [draft]);
    }

    private static EventDraft? Raised(in JsonValues json)
    {
        if (json.Name(IncidentId) is not { } incident || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (urgency, service, url) = (json.Text(Urgency), json.Text(Service), json.Text(Url));
        return EventDraft.Of(incident, metadata => new AlertRaised(metadata, incident, title, urgency, service, url));
    }

    private static EventDraft? Resolved(in JsonValues json)
    {
        if (json.Name(IncidentId) is not { } incident || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (urgency, service, url) = (json.Text(Urgency), json.Text(Service), json.Text(Url));
        return EventDraft.Of(incident, metadata => new AlertResolved(metadata, incident, title, urgency, service, url));
    }
}
