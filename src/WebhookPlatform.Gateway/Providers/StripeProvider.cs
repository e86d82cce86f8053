using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Stripe signs <c>{t}.</c> and the raw body (HMAC-SHA256, hex) with the whole <c>whsec_…</c> text as key: <c>Stripe-Signature: t=1700000000,v1=…,v1=…</c>, one <c>v1</c> per active secret.
/// Payments are told by <c>payment_intent.*</c> alone: <c>charge.succeeded</c> and <c>checkout.session.completed</c> tell of the same money again, so mapping them too would count it twice.
/// </summary>
public sealed class StripeProvider : IWebhookProvider
{
    private const string SignatureHeader = "Stripe-Signature";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField Created = Fields.Add("created");
    private static readonly JsonField RelatedId = Fields.Add("related_object.id");
    private static readonly JsonField ObjectId = Fields.Add("data.object.id");
    private static readonly JsonField Amount = Fields.Add("data.object.amount");
    private static readonly JsonField AmountReceived = Fields.Add("data.object.amount_received");
    private static readonly JsonField AmountRefunded = Fields.Add("data.object.amount_refunded");
    private static readonly JsonField AmountRefundedBefore = Fields.Add("data.previous_attributes.amount_refunded");
    private static readonly JsonField Currency = Fields.Add("data.object.currency");
    private static readonly JsonField Customer = Fields.Add("data.object.customer");
    private static readonly JsonField Description = Fields.Add("data.object.description");
    private static readonly JsonField OrderId = Fields.Add("data.object.metadata.order_id");
    private static readonly JsonField ErrorCode = Fields.Add("data.object.last_payment_error.code");
    private static readonly JsonField DeclineCode = Fields.Add("data.object.last_payment_error.decline_code");
    private static readonly JsonField ErrorMessage = Fields.Add("data.object.last_payment_error.message");
    private static readonly JsonField PaymentIntent = Fields.Add("data.object.payment_intent");
    private static readonly JsonField RefundId = Fields.Add("data.object.refunds.data.0.id");
    private static readonly JsonField RefundReason = Fields.Add("data.object.refunds.data.0.reason");

    public string Name => "stripe";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment_intent.succeeded", nameof(PaymentCompleted), "`created` of the event"),
        new("payment_intent.payment_failed", nameof(PaymentFailed), "`created` of the event"),
        new("charge.refunded", nameof(PaymentRefunded), "`created` of the event"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(SignatureHeader, out var header, out var failure))
        {
            return failure;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        if (!TryParse(header, ref presented, out var timestamp, out var unixSeconds, out var hasOtherVersion))
        {
            return VerificationFailure.MalformedHeader;
        }

        if (presented.Count == 0)
        {
            return hasOtherVersion ? VerificationFailure.NoSupportedScheme : VerificationFailure.MalformedHeader;
        }

        Span<byte> before = stackalloc byte[SignedTimestamp.MaxLength + 1];
        var length = Encoding.ASCII.GetBytes(timestamp, before);
        before[length++] = (byte)'.';
        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, before[..length], request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch
            : SignedTimestamp.Check(unixSeconds, source.Tolerance, now) is { } untimely ? untimely
            : Verification.Valid(secret);
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
            "payment_intent.succeeded" => Completed(json),
            "payment_intent.payment_failed" => Failed(json),
            "charge.refunded" => Refunded(json),
            _ => null,
        };
        var subject = draft?.Subject ?? json.Name(ObjectId) ?? json.Name(RelatedId);
        return new Webhook(json.Name(Id), type ?? Webhook.UnknownType, json.Time(Created), subject, draft is null ? [] : [draft]);
    }

    private static EventDraft? Completed(in JsonValues json)
    {
        if (json.Name(ObjectId) is not { } paymentId || PayloadMoney.From(json.WholeNumber(AmountReceived), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (json.Text(OrderId), json.Text(Customer), json.Text(Description));
        return EventDraft.Of(paymentId, metadata => new PaymentCompleted(metadata, paymentId, amount, order, customer, description));
    }

    private static EventDraft? Failed(in JsonValues json)
    {
        if (json.Name(ObjectId) is not { } paymentId || PayloadMoney.From(json.WholeNumber(Amount), json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (code, message) = (json.Text(ErrorCode) ?? json.Text(DeclineCode), json.Text(ErrorMessage));
        var (order, customer) = (json.Text(OrderId), json.Text(Customer));
        return EventDraft.Of(paymentId, metadata => new PaymentFailed(metadata, paymentId, amount, code, message, order, customer));
    }

    private static EventDraft? Refunded(in JsonValues json)
    {
        // The charge carries the total of all its refunds; the event wants this one's share.
        var refunded = json.WholeNumber(AmountRefunded) - (json.WholeNumber(AmountRefundedBefore) ?? 0);
        var paymentId = json.Name(PaymentIntent) ?? json.Name(ObjectId);
        if (paymentId is null || refunded is not > 0 || PayloadMoney.From(refunded, json.Text(Currency)) is not { } amount)
        {
            return null;
        }

        var (refundId, reason) = (json.Text(RefundId), json.Text(RefundReason));
        return EventDraft.Of(paymentId, metadata => new PaymentRefunded(metadata, paymentId, amount, refundId, reason));
    }

    private static bool TryParse(ReadOnlySpan<char> header, ref PresentedSignatures presented, out ReadOnlySpan<char> timestamp, out long unixSeconds, out bool hasOtherVersion)
    {
        timestamp = default;
        unixSeconds = 0;
        hasOtherVersion = false;
        foreach (var range in header.Split(','))
        {
            var item = header[range].Trim();
            if (item.StartsWith("t="))
            {
                // A second time would leave open which one was signed.
                if (!timestamp.IsEmpty || !SignedTimestamp.TryParse(item[2..], out unixSeconds))
                {
                    return false;
                }

                timestamp = item[2..];
            }
            else if (item.StartsWith("v1="))
            {
                presented.AddHex(item[3..]);
            }
            else
            {
                hasOtherVersion |= item.Length > 3 && item[0] == 'v' && item.Contains('=');
            }
        }

        return !timestamp.IsEmpty && !presented.IsOverfull;
    }
}
