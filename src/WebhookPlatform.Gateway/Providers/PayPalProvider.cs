using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// PayPal signs <c>{transmission id}|{transmission time}|{webhook id}|{CRC-32 of the raw body, decimal}</c> with RSA and SHA-256. The certificate is where <c>PAYPAL-CERT-URL</c> says, believed at PayPal's own hosts;
/// it has to be valid now, be named under paypal.com and descend from a root that the operating system trusts. A transmission older than four days is refused: it is retried for three. No more than the CRC-32 of the body is signed: whoever could see one webhook could make another body of the same checksum, so keep TLS up to the gateway.
/// A capture (of an order) and a sale (of the older API and of subscriptions) are told by one webhook each. See developer.paypal.com/api/rest/webhooks/rest.
/// </summary>
public sealed class PayPalProvider : IRemoteProvider
{
    private const string WebhookId = "WebhookId";
    private const string CertificateFolder = "/v1/notifications/certs/";
    private const string SignatureAlgorithm = "SHA256withRSA";

    private static readonly TimeSpan CertificateKept = TimeSpan.FromHours(24);
    private static readonly string[] Hosts = ["api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"];

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField Type = Fields.Add("event_type");
    private static readonly JsonField CreateTime = Fields.Add("create_time");
    private static readonly JsonField ResourceId = Fields.Add("resource.id");
    private static readonly JsonField Value = Fields.Add("resource.amount.value");
    private static readonly JsonField CurrencyCode = Fields.Add("resource.amount.currency_code");
    private static readonly JsonField Total = Fields.Add("resource.amount.total");
    private static readonly JsonField Currency = Fields.Add("resource.amount.currency");
    private static readonly JsonField OrderId = Fields.Add("resource.supplementary_data.related_ids.order_id");
    private static readonly JsonField ParentPayment = Fields.Add("resource.parent_payment");
    private static readonly JsonField SaleId = Fields.Add("resource.sale_id");
    private static readonly JsonField Links = Fields.Add("resource.links");
    private static readonly JsonField Note = Fields.Add("resource.note_to_payer");
    private static readonly JsonField FailureReason = Fields.Add("resource.status_details.reason");
    private static readonly JsonField DisputeId = Fields.Add("resource.dispute_id");
    private static readonly JsonField DisputeReason = Fields.Add("resource.reason");
    private static readonly JsonField DisputeValue = Fields.Add("resource.dispute_amount.value");
    private static readonly JsonField DisputeCurrency = Fields.Add("resource.dispute_amount.currency_code");
    private static readonly JsonField DisputedPayment = Fields.Add("resource.disputed_transactions.0.seller_transaction_id");
    private static readonly JsonField Plan = Fields.Add("resource.plan_id");
    private static readonly JsonField Subscriber = Fields.Add("resource.subscriber.payer_id");
    private static readonly JsonField StatusNote = Fields.Add("resource.status_change_note");
    private static readonly JsonField NextBilling = Fields.Add("resource.billing_info.next_billing_time");
    private static readonly JsonField FailedValue = Fields.Add("resource.billing_info.last_failed_payment.amount.value");
    private static readonly JsonField FailedCurrency = Fields.Add("resource.billing_info.last_failed_payment.amount.currency_code");
    private static readonly JsonField FailedReason = Fields.Add("resource.billing_info.last_failed_payment.reason_code");

    private static readonly JsonFields LinkFields = new();
    private static readonly JsonField Relation = LinkFields.Add("rel");
    private static readonly JsonField Address = LinkFields.Add("href");

    public string Name => "paypal";

    /// <summary>25 retries in three days, then a resend by command, for how long is not published. https://developer.paypal.com/api/rest/webhooks.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 4, Days: 30);

    /// <summary>Whether the transmission's time is that of the first try or of each is not documented.</summary>
    public TimeSpan Tolerance => TimeSpan.FromDays(4);

    public bool UsesPublicKey => true;

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(WebhookId, "The id of the webhook in the PayPal developer dashboard, My Apps, the app, Webhooks: the signature covers it.", IsRequired: true),
    ];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("PAYMENT.CAPTURE.COMPLETED", "PaymentCompleted", "`create_time` of the event"),
        new("PAYMENT.SALE.COMPLETED", "PaymentCompleted", "`create_time` of the event"),
        new("PAYMENT.CAPTURE.DENIED", "PaymentFailed", "`create_time` of the event"),
        new("PAYMENT.CAPTURE.DECLINED", "PaymentFailed", "`create_time` of the event"),
        new("PAYMENT.SALE.DENIED", "PaymentFailed", "`create_time` of the event"),
        new("PAYMENT.AUTHORIZATION.CREATED", "PaymentAuthorized", "`create_time` of the event"),
        new("PAYMENT.CAPTURE.REFUNDED", "PaymentRefunded", "`create_time` of the event"),
        new("PAYMENT.SALE.REFUNDED", "PaymentRefunded", "`create_time` of the event"),
        new("CUSTOMER.DISPUTE.CREATED", "PaymentDisputed", "`create_time` of the event"),
        new("BILLING.SUBSCRIPTION.ACTIVATED", "SubscriptionStarted", "`create_time` of the event"),
        new("BILLING.SUBSCRIPTION.CANCELLED", "SubscriptionCancelled", "`create_time` of the event"),
        new("BILLING.SUBSCRIPTION.EXPIRED", "SubscriptionCancelled", "`create_time` of the event"),
        new("BILLING.SUBSCRIPTION.PAYMENT.FAILED", "SubscriptionPaymentFailed", "`create_time` of the event"),
    ];

    /// <summary>It needs no secret: PayPal's certificate proves the sender.</summary>
    public IEnumerable<string> Validate(Source source) => [];

    public async ValueTask<Verification> VerifyAsync(RawRequest request, Source source, IProviderQueries queries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!request.TryGetSingle("PAYPAL-TRANSMISSION-ID", out var id, out var failure)
            || !request.TryGetSingle("PAYPAL-TRANSMISSION-TIME", out var time, out failure)
            || !request.TryGetSingle("PAYPAL-TRANSMISSION-SIG", out var written, out failure)
            || !request.TryGetSingle("PAYPAL-AUTH-ALGO", out var algorithm, out failure)
            || !request.TryGetSingle("PAYPAL-CERT-URL", out var address, out failure))
        {
            return failure;
        }

        if (!string.Equals(algorithm, SignatureAlgorithm, StringComparison.OrdinalIgnoreCase))
        {
            return VerificationFailure.NoSupportedScheme;
        }

        var signature = new byte[written.Length];
        if (!Convert.TryFromBase64String(written, signature, out var length))
        {
            return VerificationFailure.MalformedHeader;
        }

        if (source.Setting(WebhookId) is not { } webhookId
            || CertificateAddress(address) is not { } uri
            || await queries.AskAsync(new ProviderQuery(uri) { KeepFor = CertificateKept }, cancellationToken) is not { IsSuccess: true } answer)
        {
            return VerificationFailure.UntrustedKey;
        }

        var certificates = PemText.Certificates(Encoding.UTF8.GetString(answer.Body.Span));
        try
        {
            var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}|{time}|{webhookId}|{Crc32.Compute(request.Body.Span)}"));
            return certificates.Count == 0 || !certificates[0].IsValidAt(now) || !IsPayPals(certificates[0]) ? VerificationFailure.UntrustedKey
                : !certificates[0].IsRsaSigned(signed, signature.AsSpan(0, length), HashAlgorithmName.SHA256) ? VerificationFailure.SignatureMismatch
                : !await queries.IsTrustedAsync(certificates[0], certificates, now, cancellationToken) ? VerificationFailure.UntrustedKey
                : SignedTimestamp.CheckAge(PayloadTime.Parse(time), source.Tolerance, now) is { } tooOld ? tooOld
                : Verification.Valid(-1);
        }
        finally
        {
            certificates.DisposeAll();
        }
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        if (!json.IsReadable)
        {
            return Webhook.Unreadable;
        }

        var type = json.Name(Type);
        var draft = type switch
        {
            "PAYMENT.CAPTURE.COMPLETED" or "PAYMENT.SALE.COMPLETED" => Completed(json),
            "PAYMENT.CAPTURE.DENIED" or "PAYMENT.CAPTURE.DECLINED" or "PAYMENT.SALE.DENIED" => Failed(json),
            "PAYMENT.AUTHORIZATION.CREATED" => Authorized(json),
            "PAYMENT.CAPTURE.REFUNDED" or "PAYMENT.SALE.REFUNDED" => Refunded(json),
            "CUSTOMER.DISPUTE.CREATED" => Disputed(json),
            "BILLING.SUBSCRIPTION.ACTIVATED" => Started(json),
            "BILLING.SUBSCRIPTION.CANCELLED" => Cancelled(json, json.Text(StatusNote)),
            "BILLING.SUBSCRIPTION.EXPIRED" => Cancelled(json, "expired"),
            "BILLING.SUBSCRIPTION.PAYMENT.FAILED" => PaymentMissed(json),
            _ => null,
        };
        var subject = draft?.Subject ?? json.Name(ResourceId) ?? json.Name(DisputeId);
        return new Webhook(json.Name(Id), type ?? Webhook.UnknownType, json.Time(CreateTime), subject, draft is null ? [] : [draft]);
    }

    private static EventDraft? Completed(in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } payment || Amount(json) is not { } amount)
        {
            return null;
        }

        var order = json.Text(OrderId) ?? json.Text(ParentPayment);
        return EventDraft.Of(payment, metadata => new PaymentCompleted(metadata, payment, amount, order));
    }

    private static EventDraft? Failed(in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } payment || Amount(json) is not { } amount)
        {
            return null;
        }

        var (code, order) = (json.Text(FailureReason), json.Text(OrderId) ?? json.Text(ParentPayment));
        return EventDraft.Of(payment, metadata => new PaymentFailed(metadata, payment, amount, code, OrderId: order));
    }

    private static EventDraft? Authorized(in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } payment || Amount(json) is not { } amount)
        {
            return null;
        }

        var order = json.Text(OrderId) ?? json.Text(ParentPayment);
        return EventDraft.Of(payment, metadata => new PaymentAuthorized(metadata, payment, amount, order));
    }

    // The resource is the refund; what was refunded is one of its links, in the older API a field.
    private static EventDraft? Refunded(in JsonValues json)
    {
        if ((json.Name(SaleId) ?? CaptureAbove(json)) is not { } payment || Amount(json) is not { } amount)
        {
            return null;
        }

        var (refund, reason) = (json.Text(ResourceId), json.Text(Note));
        return EventDraft.Of(payment, metadata => new PaymentRefunded(metadata, payment, amount, refund, reason));
    }

    private static EventDraft? Disputed(in JsonValues json)
    {
        if (json.Name(DisputedPayment) is not { } payment || PayloadMoney.FromDecimal(json.Text(DisputeValue), json.Text(DisputeCurrency)) is not { } amount)
        {
            return null;
        }

        var (dispute, reason) = (json.Text(DisputeId), json.Text(DisputeReason));
        return EventDraft.Of(payment, metadata => new PaymentDisputed(metadata, payment, amount, dispute, reason));
    }

    private static EventDraft? Started(in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } subscription)
        {
            return null;
        }

        var (customer, plan, end) = (json.Text(Subscriber), json.Text(Plan), json.Time(NextBilling));
        return EventDraft.Of(subscription, metadata => new SubscriptionStarted(metadata, subscription, customer, plan, PeriodEnd: end));
    }

    private static EventDraft? Cancelled(in JsonValues json, string? reason)
    {
        if (json.Name(ResourceId) is not { } subscription)
        {
            return null;
        }

        var (customer, plan) = (json.Text(Subscriber), json.Text(Plan));
        return EventDraft.Of(subscription, metadata => new SubscriptionCancelled(metadata, subscription, customer, plan, reason));
    }

    private static EventDraft? PaymentMissed(in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } subscription)
        {
            return null;
        }

        var (customer, plan, amount, reason) = (json.Text(Subscriber), json.Text(Plan), PayloadMoney.FromDecimal(json.Text(FailedValue), json.Text(FailedCurrency)), json.Text(FailedReason));
        return EventDraft.Of(subscription, metadata => new SubscriptionPaymentFailed(metadata, subscription, customer, plan, amount, reason));
    }

    // The older API calls it total, and writes a refund's with a minus.
    private static Money? Amount(in JsonValues json) =>
        PayloadMoney.FromDecimal(json.Text(Value), json.Text(CurrencyCode)) ?? PayloadMoney.FromDecimal(json.Text(Total)?.TrimStart('-'), json.Text(Currency));

    private static string? CaptureAbove(in JsonValues json)
    {
        foreach (var item in json.Items(Links))
        {
            var link = LinkFields.Read(item);
            if (link.Text(Relation) is "up" && link.Text(Address) is { } address && address.LastIndexOf("/captures/", StringComparison.Ordinal) is >= 0 and var at)
            {
                return CleanText.Name(address[(at + "/captures/".Length)..]);
            }
        }

        return null;
    }

    private static Uri? CertificateAddress(string written) =>
        Uri.TryCreate(written, UriKind.Absolute, out var uri)
        && uri is { Scheme: "https", IsDefaultPort: true, UserInfo: "", Query: "", Fragment: "" }
        && Hosts.Contains(uri.Host, StringComparer.OrdinalIgnoreCase)
        && uri.AbsolutePath.StartsWith(CertificateFolder, StringComparison.Ordinal)
            ? uri
            : null;

    private static bool IsPayPals(X509Certificate2 certificate) => certificate.Names().Any(name => name.EndsWith(".paypal.com", StringComparison.OrdinalIgnoreCase));
}
