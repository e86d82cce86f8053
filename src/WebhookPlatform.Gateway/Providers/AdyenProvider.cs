using System.Buffers;
using System.Security.Cryptography;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Adyen signs each item of a standard webhook for itself (HMAC-SHA256, base64, with the key decoded from hexadecimal): eight fields of the item with colons between, in the item's <c>additionalData.hmacSignature</c>.
/// What else an item says (its time, the reason, …) is not signed: identity and money never come from there. A webhook is believed when every item is. Platform and management webhooks sign the raw body: <c>HmacSignature</c>.
/// An item is identified by its event code, PSP reference and success; all events of a dispute have the same PSP reference and give one event.
/// See https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures and https://docs.adyen.com/development-resources/webhooks/webhook-types.
/// </summary>
public sealed class AdyenProvider : IWebhookProvider
{
    /// <summary>Header of the webhooks that sign the whole body.</summary>
    public const string SignatureHeader = "HmacSignature";

    private const string AutomaticCapture = "AutomaticCapture";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Items = Fields.Add("notificationItems");
    private static readonly JsonField PlatformType = Fields.Add("type");
    private static readonly JsonField PlatformTime = Fields.Add("timestamp");
    private static readonly JsonField PlatformId = Fields.Add("data.id");

    private static readonly JsonFields ItemFields = new();
    private static readonly JsonField PspReference = ItemFields.Add("NotificationRequestItem.pspReference");
    private static readonly JsonField OriginalReference = ItemFields.Add("NotificationRequestItem.originalReference");
    private static readonly JsonField MerchantReference = ItemFields.Add("NotificationRequestItem.merchantReference");
    private static readonly JsonField Amount = ItemFields.Add("NotificationRequestItem.amount.value");
    private static readonly JsonField Currency = ItemFields.Add("NotificationRequestItem.amount.currency");
    private static readonly JsonField EventCode = ItemFields.Add("NotificationRequestItem.eventCode");
    private static readonly JsonField Success = ItemFields.Add("NotificationRequestItem.success");
    private static readonly JsonField EventDate = ItemFields.Add("NotificationRequestItem.eventDate");
    private static readonly JsonField Reason = ItemFields.Add("NotificationRequestItem.reason");

    // As a rule a webhook has one item, which is then found along with the rest.
    private static readonly SignedItem Only = new(Fields, "notificationItems.0.");
    private static readonly JsonField Second = Fields.Add("notificationItems.1");
    private static readonly SignedItem Each = new(ItemFields, "");

    public string Name => "adyen";

    /// <summary>A queue for each endpoint is retried for up to 30 days, and what is in it also by command. https://docs.adyen.com/development-resources/webhooks/troubleshoot.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 30, Days: 45);

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(AutomaticCapture, "`true` where Adyen captures payments by itself and so tells of no capture: an authorisation is then a completed payment. Customer Area, Settings, Account settings."),
    ];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("AUTHORISATION", nameof(PaymentAuthorized), "`eventDate`", "if `success`, unless the setting `AutomaticCapture` is `true`"),
        new("AUTHORISATION", nameof(PaymentCompleted), "`eventDate`", "if `success` and the setting `AutomaticCapture` is `true`"),
        new("AUTHORISATION", nameof(PaymentFailed), "`eventDate`", "unless `success`"),
        new("CAPTURE", nameof(PaymentCompleted), "`eventDate`", "if `success`, unless the setting `AutomaticCapture` is `true`"),
        new("CAPTURE_FAILED", nameof(PaymentFailed), "`eventDate`"),
        new("REFUND", nameof(PaymentRefunded), "`eventDate`", "if `success`"),
        new("REQUEST_FOR_INFORMATION", nameof(PaymentDisputed), "`eventDate`"),
        new("NOTIFICATION_OF_CHARGEBACK", nameof(PaymentDisputed), "`eventDate`"),
        new("CHARGEBACK", nameof(PaymentDisputed), "`eventDate`"),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        IEnumerable<string> findings = [.. SourceChecks.Secrets(source), .. HexKey.Check(source)];
        return source.Setting(AutomaticCapture) is { } capture && !bool.TryParse(capture, out _)
            ? [.. findings, $"Settings:{AutomaticCapture} must be true or false."]
            : findings;
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (request.Headers.ContainsKey(SignatureHeader))
        {
            return VerifyBody(request, source);
        }

        var json = Fields.Read(request.Body.Span);
        if (json.Raw(Second).IsEmpty)
        {
            return json.Raw(Items) is [(byte)'[', ..] ? VerifyItem(json, Only, source) : VerificationFailure.MissingHeader;
        }

        var match = -1;
        foreach (var item in json.Items(Items))
        {
            var verification = VerifyItem(ItemFields.Read(item), Each, source);
            if (!verification.IsValid)
            {
                return verification;
            }

            match = Math.Max(match, verification.SecretIndex);
        }

        return match < 0 ? VerificationFailure.MissingHeader : Verification.Valid(match);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var items = json.Items(Items);
        var isAutomatic = bool.TryParse(source.Setting(AutomaticCapture), out var capture) && capture;
        var type = default(BatchType);
        var drafts = new List<EventDraft>();
        var (count, id, subject, time) = (0, (string?)null, (string?)null, (DateTimeOffset?)null);
        foreach (var element in items)
        {
            var item = ItemFields.Read(element);
            type.Add(item.Name(EventCode));
            if (count++ == 0)
            {
                (id, subject, time) = (KeyOf(item), item.Name(OriginalReference) ?? item.Name(PspReference), item.Time(EventDate));
            }

            if (Draft(item, isAutomatic) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return count switch
        {
            0 => Platform(json),
            1 => new Webhook(id, type.Value, time, subject, drafts),
            _ => new Webhook(null, type.Value, null, null, drafts),
        };
    }

    private static Verification VerifyBody(in RawRequest request, Source source)
    {
        if (!request.TryGetSingle(SignatureHeader, out var header, out var failure))
        {
            return failure;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        presented.AddBase64(header);

        // What an item signs begins with a reference: it must not pass for a body.
        var body = request.Body.Span;
        var mayBeItem = body.TrimStart(" \t\r\n"u8) is not ([] or [(byte)'{', ..]);
        var secret = mayBeItem ? -1 : HexKey.FindSecret(HmacAlgorithm.Sha256, source.Secrets, default, body, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }

    private static Verification VerifyItem(in JsonValues values, SignedItem item, Source source)
    {
        if (values.Text(item.Signature) is not { Length: > 0 } signature)
        {
            return VerificationFailure.MissingHeader;
        }

        // A text of n bytes is at most three times as long in UTF-8: where bytes that are no text are replaced.
        var longest = item.Signed.Length;
        foreach (var (field, _) in item.Signed)
        {
            longest += values.Raw(field).Length * 3;
        }

        var signed = ArrayPool<byte>.Shared.Rent(longest);
        var length = 0;
        var isClear = true;
        foreach (var (field, mayHaveColons) in item.Signed)
        {
            var written = values.CopyText(field, signed.AsSpan(length));
            isClear &= mayHaveColons || !signed.AsSpan(length, written).Contains((byte)':');
            length += written;
            signed[length++] = (byte)':';
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        presented.AddBase64(signature);
        var secret = isClear ? HexKey.FindSecret(HmacAlgorithm.Sha256, source.Secrets, default, signed.AsSpan(0, length - 1), presented) : -1;
        ArrayPool<byte>.Shared.Return(signed);
        return secret < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(secret);
    }

    private static Webhook Platform(in JsonValues json)
    {
        var (type, id, time) = (json.Name(PlatformType), json.Name(PlatformId), json.Name(PlatformTime));
        var eventId = type is not null && id is not null && time is not null ? CleanText.Name($"{type}:{id}:{time}") : null;
        return new Webhook(eventId, type ?? Webhook.UnknownType, json.Time(PlatformTime), id, []);
    }

    private static string? KeyOf(in JsonValues item) =>
        item.Name(EventCode) is { } code && item.Name(PspReference) is { } reference ? CleanText.Name($"{code}:{reference}:{item.Name(Success)}") : null;

    private static EventDraft? Draft(in JsonValues item, bool isAutomatic)
    {
        var isSuccess = item.Text(Success) is "true";
        return (item.Text(EventCode), isSuccess) switch
        {
            ("AUTHORISATION", true) => Authorized(item, isAutomatic),
            ("AUTHORISATION", false) => Failed(item, item.Name(PspReference)),
            ("CAPTURE", true) when !isAutomatic => Captured(item),
            ("CAPTURE_FAILED", _) => Failed(item, item.Name(OriginalReference)),
            ("REFUND", true) => Refunded(item),
            ("REQUEST_FOR_INFORMATION" or "NOTIFICATION_OF_CHARGEBACK" or "CHARGEBACK", _) => Disputed(item),
            _ => null,
        };
    }

    private static EventDraft? Authorized(in JsonValues item, bool isAutomatic)
    {
        if (item.Name(PspReference) is not { } payment || MoneyOf(item) is not { } amount)
        {
            return null;
        }

        var (order, time, key) = (item.Text(MerchantReference), item.Time(EventDate), KeyOf(item));
        return isAutomatic
            ? EventDraft.Of(payment, metadata => new PaymentCompleted(metadata, payment, amount, order), time, key)
            : EventDraft.Of(payment, metadata => new PaymentAuthorized(metadata, payment, amount, order), time, key);
    }

    private static EventDraft? Failed(in JsonValues item, string? payment)
    {
        if (payment is null || MoneyOf(item) is not { } amount)
        {
            return null;
        }

        var (order, reason) = (item.Text(MerchantReference), item.Text(Reason));
        return EventDraft.Of(payment, metadata => new PaymentFailed(metadata, payment, amount, FailureMessage: reason, OrderId: order), item.Time(EventDate), KeyOf(item));
    }

    private static EventDraft? Captured(in JsonValues item)
    {
        if (item.Name(OriginalReference) is not { } payment || MoneyOf(item) is not { } amount)
        {
            return null;
        }

        var order = item.Text(MerchantReference);
        return EventDraft.Of(payment, metadata => new PaymentCompleted(metadata, payment, amount, order), item.Time(EventDate), KeyOf(item));
    }

    private static EventDraft? Refunded(in JsonValues item)
    {
        if (item.Name(OriginalReference) is not { } payment || MoneyOf(item) is not { } amount)
        {
            return null;
        }

        // The reason is why a refund failed: here there is none.
        var refund = item.Text(PspReference);
        return EventDraft.Of(payment, metadata => new PaymentRefunded(metadata, payment, amount, refund), item.Time(EventDate), KeyOf(item));
    }

    private static EventDraft? Disputed(in JsonValues item)
    {
        if (item.Name(OriginalReference) is not { } payment || item.Name(PspReference) is not { } dispute || MoneyOf(item) is not { } amount)
        {
            return null;
        }

        var reason = item.Text(Reason);
        return EventDraft.Of(payment, metadata => new PaymentDisputed(metadata, payment, amount, dispute, reason), item.Time(EventDate), dispute);
    }

    private static Money? MoneyOf(in JsonValues item) => PayloadMoney.From(item.WholeNumber(Amount), item.Text(Currency));

    /// <summary>Where an item has its signature and what that covers.</summary>
    private sealed class SignedItem(JsonFields fields, string place)
    {
        public JsonField Signature { get; } = fields.Add($"{place}NotificationRequestItem.additionalData.hmacSignature");

        // The merchant reference is anybody's text; were colons allowed elsewhere, fields could be shifted without changing what is signed.
        public (JsonField Field, bool MayHaveColons)[] Signed { get; } =
            Array.ConvertAll<(string Name, bool MayHaveColons), (JsonField, bool)>(
                [("pspReference", false), ("originalReference", false), ("merchantAccountCode", false), ("merchantReference", true), ("amount.value", false), ("amount.currency", false), ("eventCode", false), ("success", false)],
                field => (fields.Add($"{place}NotificationRequestItem.{field.Name}"), field.MayHaveColons));
    }
}
