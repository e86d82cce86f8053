using System.Text.RegularExpressions;
using WebhookPlatform.Contracts.Invoices;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Mollie's next-gen webhooks are JSON with the HMAC-SHA256 of the raw body, in hexadecimal, in <c>X-Mollie-Signature</c>, one for each active secret.
/// Its classic webhooks are a form with nothing but an id, unsigned by design: they are believed when Mollie's API, asked with the account's key, knows the id. A request that presents a signature is never taken for a classic one.
/// The same id comes with every change, so each classic delivery is its own event; what changed is not in it, so only next-gen webhooks give typed events.
/// Both the signing secrets and the API key (<c>live_…</c>, <c>test_…</c>, <c>access_…</c>) are among the source's secrets. See docs.mollie.com/reference/webhooks and webhooks-new.
/// </summary>
public sealed partial class MollieProvider : IRemoteProvider
{
    private const string SignatureHeader = "X-Mollie-Signature";
    private const string Prefix = "sha256=";
    private const int LongestForm = 4096;
    private const string ClassicType = "classic";
    private const string ApiUrl = "ApiUrl";
    private const string MollieApi = "https://api.mollie.com";

    // A resource does not disappear.
    private static readonly TimeSpan ResourceKept = TimeSpan.FromMinutes(10);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField CreatedAt = Fields.Add("createdAt");
    private static readonly JsonField EntityId = Fields.Add("entityId");
    private static readonly JsonField ResourceId = Fields.Add("_embedded.entity.id");
    private static readonly JsonField Amount = Fields.Add("_embedded.entity.amount.value");
    private static readonly JsonField Currency = Fields.Add("_embedded.entity.amount.currency");
    private static readonly JsonField Total = Fields.Add("_embedded.entity.totalAmount.value");
    private static readonly JsonField TotalCurrency = Fields.Add("_embedded.entity.totalAmount.currency");
    private static readonly JsonField Description = Fields.Add("_embedded.entity.description");
    private static readonly JsonField Customer = Fields.Add("_embedded.entity.customerId");
    private static readonly JsonField Order = Fields.Add("_embedded.entity.orderId");
    private static readonly JsonField ReasonCode = Fields.Add("_embedded.entity.statusReason.code");
    private static readonly JsonField ReasonMessage = Fields.Add("_embedded.entity.statusReason.message");
    private static readonly JsonField Number = Fields.Add("_embedded.entity.invoiceNumber");

    public string Name => "mollie";

    /// <summary>Ten attempts in 26 hours. https://docs.mollie.com/reference/webhooks.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 2, Days: 30);

    public bool RepeatsItself => true;

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", FormFields.MediaType];

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(ApiUrl, "Where classic webhooks are asked about instead of https://api.mollie.com: a stand-in for tests. Whoever answers there decides what is believed, and is shown the API key. An https address, or http on this machine where `Outbound:AllowedNetworks` lets the gateway call it."),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        foreach (var problem in SourceChecks.Secrets(source))
        {
            yield return problem;
        }

        if (source.Setting(ApiUrl) is { } text && ApiOf(text) is null)
        {
            yield return $"Settings:{ApiUrl} must be an https address without a path, e.g. {MollieApi} (http only on this machine, e.g. http://127.0.0.1:5290).";
        }
    }

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment.paid", "PaymentCompleted", "`createdAt` of the event", "if the webhook has the full payload"),
        new("payment.authorized", "PaymentAuthorized", "`createdAt` of the event", "if the webhook has the full payload"),
        new("payment.failed", "PaymentFailed", "`createdAt` of the event", "if the webhook has the full payload"),
        new("sales-invoice.issued", "InvoiceIssued", "`createdAt` of the event"),
        new("sales-invoice.paid", "InvoicePaid", "`createdAt` of the event"),
    ];

    /// <summary>A signed webhook; a classic one cannot be judged without asking.</summary>
    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) =>
        request.Headers.ContainsKey(SignatureHeader) ? VerifySignature(request, source)
        : IsClassic(request) ? VerificationFailure.UntrustedKey
        : VerificationFailure.MissingHeader;

    public async ValueTask<Verification> VerifyAsync(RawRequest request, Source source, IProviderQueries queries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.Headers.ContainsKey(SignatureHeader) || !IsClassic(request))
        {
            return Verify(request, source, now);
        }

        // Without a usable address nobody is asked, rather than somebody else.
        if ((source.Setting(ApiUrl) is { } text ? ApiOf(text) : new Uri(MollieApi)) is not { } api)
        {
            return VerificationFailure.NotAllowed;
        }

        if (Resource(api, ClassicId(request)) is not { } resource)
        {
            return VerificationFailure.MalformedHeader;
        }

        var keys = source.Secrets.Select((secret, index) => (secret.Text, index)).Where(key => ApiKey().IsMatch(key.Text)).DefaultIfEmpty(("", -1));
        var isKnownKey = false;
        foreach (var (key, index) in keys)
        {
            var answer = await queries.AskAsync(new ProviderQuery(resource) { KeepFor = ResourceKept, MayBeHere = true, Authorization = key.Length == 0 ? null : $"Bearer {key}" }, cancellationToken);
            if (answer.IsSuccess)
            {
                return Verification.Valid(index);
            }

            isKnownKey |= answer.Status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden);
        }

        return isKnownKey ? VerificationFailure.SignatureMismatch : VerificationFailure.UntrustedKey;
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        if (IsClassic(request))
        {
            return ClassicId(request) is { } id ? new Webhook(null, ClassicType, null, id, []) : Webhook.Unreadable;
        }

        var json = Fields.Read(request.Body.Span);
        if (!json.IsReadable)
        {
            return Webhook.Unreadable;
        }

        var type = json.Name(Type);
        var draft = type switch
        {
            "payment.paid" or "payment.authorized" or "payment.failed" => Payment(type, json),
            "sales-invoice.issued" or "sales-invoice.paid" => Invoice(type, json),
            _ => null,
        };
        return new Webhook(json.Name(Id), type ?? Webhook.UnknownType, json.Time(CreatedAt), draft?.Subject ?? json.Name(EntityId), draft is null ? [] : [draft]);
    }

    private static Verification VerifySignature(in RawRequest request, Source source)
    {
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * HmacSignature.MaxSize], HmacSignature.Size(HmacAlgorithm.Sha256));
        foreach (var value in request.Headers[SignatureHeader])
        {
            // Repeated headers may arrive as one with commas.
            foreach (var part in (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                presented.AddHex(part.StartsWith(Prefix, StringComparison.Ordinal) ? part.AsSpan(Prefix.Length) : part);
            }
        }

        if (presented.Count == 0 || presented.IsOverfull)
        {
            return presented.Count == 0 ? VerificationFailure.MissingHeader : VerificationFailure.MalformedHeader;
        }

        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, default, request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }

    private static EventDraft? Payment(string type, in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } payment || PayloadMoney.FromDecimal(json.Text(Amount), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(Order), json.Text(Customer), json.Text(Description));
        var (code, message) = (json.Text(ReasonCode), json.Text(ReasonMessage));
        return type switch
        {
            "payment.paid" => EventDraft.Of(payment, metadata => new PaymentCompleted(metadata, payment, amount, order, customer, description)),
            "payment.authorized" => EventDraft.Of(payment, metadata => new PaymentAuthorized(metadata, payment, amount, order, customer, description)),
            _ => EventDraft.Of(payment, metadata => new PaymentFailed(metadata, payment, amount, code, message, order, customer)),
        };
    }

    private static EventDraft? Invoice(string type, in JsonValues json)
    {
        if (json.Name(ResourceId) is not { } invoice)
        {
            return null;
        }

        var (amount, number, customer) = (PayloadMoney.FromDecimal(json.Text(Total), json.Text(TotalCurrency)), json.Text(Number), json.Text(Customer));
        return type is "sales-invoice.paid"
            ? EventDraft.Of(invoice, metadata => new InvoicePaid(metadata, invoice, amount, number, customer))
            : EventDraft.Of(invoice, metadata => new InvoiceIssued(metadata, invoice, amount, number, customer));
    }

    private static bool IsClassic(in RawRequest request) => string.Equals(request.MediaType, FormFields.MediaType, StringComparison.Ordinal);

    private static string? ClassicId(in RawRequest request) =>
        request.Body.Length <= LongestForm && FormFields.Text(request.Body.Span, "id"u8) is { } id && ResourceName().IsMatch(id) ? id : null;

    // Refunds, chargebacks and subscriptions call with the id of their payment.
    private static Uri? Resource(Uri api, string? id) => id?[..id.IndexOf('_', StringComparison.Ordinal)] switch
    {
        "tr" => new Uri(api, $"/v2/payments/{id}"),
        "ord" => new Uri(api, $"/v2/orders/{id}"),
        "pl" => new Uri(api, $"/v2/payment-links/{id}"),
        _ => null,
    };

    private static Uri? ApiOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) || ProviderPages.IsHere(address))
            && address is { UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" } ? address : null;

    [GeneratedRegex(@"^[a-z]{2,10}_[A-Za-z0-9]{1,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"^(live|test|access)_[A-Za-z0-9]{20,200}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex ApiKey();
}
