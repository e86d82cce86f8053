using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Standard Webhooks (standardwebhooks.com), also by its older Svix headers: <c>{id}.{timestamp}.</c> and the raw body are signed, by HMAC-SHA256 (<c>v1</c>) or ed25519 (<c>v1a</c>), in base64; the header lists signatures with spaces between.
/// Bodies are <c>{"type", "timestamp", "data"}</c>; the types that this platform understands are listed in docs/events.md.
/// </summary>
public sealed class StandardWebhooksProvider : IWebhookProvider
{
    private const string Prefix = "webhook-";
    private const string OlderPrefix = "svix-";

    private static readonly CompiledMapping Dialect = new(new FieldMapping(EventIdField: null, EventTypeField: "type", OccurredAtField: "timestamp",
    [
        Rule("payment.completed", nameof(PaymentCompleted), "PaymentId", "Amount", "Currency", "OrderId", "CustomerId", "Description"),
        Rule("payment.failed", nameof(PaymentFailed), "PaymentId", "Amount", "Currency", "FailureCode", "FailureMessage", "OrderId", "CustomerId"),
        Rule("payment.refunded", nameof(PaymentRefunded), "PaymentId", "Amount", "Currency", "RefundId", "Reason"),
        Rule("message.received", nameof(MessageReceived), "MessageId", "Conversation", "Sender", "Text"),
        Rule("file.uploaded", nameof(FileUploaded), "Container", "Path", "SizeBytes", "ContentType", "ETag", "UploadedBy"),
    ]));

    public string Name => "standard-webhooks";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("payment.completed", nameof(PaymentCompleted), "`timestamp` of the body"),
        new("payment.failed", nameof(PaymentFailed), "`timestamp` of the body"),
        new("payment.refunded", nameof(PaymentRefunded), "`timestamp` of the body"),
        new("message.received", nameof(MessageReceived), "`timestamp` of the body"),
        new("file.uploaded", nameof(FileUploaded), "`timestamp` of the body"),
    ];

    public IReadOnlyList<string> KeptHeaders { get; } = ["webhook-id", "webhook-timestamp", "svix-id", "svix-timestamp"];

    public IEnumerable<string> Validate(Source source)
    {
        foreach (var finding in SourceChecks.Secrets(source))
        {
            yield return finding;
        }

        for (var i = 0; i < source.Secrets.Count; i++)
        {
            if (Check(source.Secrets[i]) is { } problem)
            {
                yield return $"Secrets:{i} {problem}";
            }
        }
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var prefix = PrefixOf(request);
        if (!request.TryGetSingle(prefix + "id", out var id, out var failure)
            || !request.TryGetSingle(prefix + "timestamp", out var timestamp, out failure)
            || !request.TryGetSingle(prefix + "signature", out var header, out failure))
        {
            return failure;
        }

        if (id.Length > CleanText.MaxName || !SignedTimestamp.TryParse(timestamp, out var unixSeconds))
        {
            return VerificationFailure.MalformedHeader;
        }

        var hmacs = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        var ed25519s = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * Ed25519Signature.Size], Ed25519Signature.Size);
        if (!TryParse(header, ref hmacs, ref ed25519s))
        {
            return VerificationFailure.MalformedHeader;
        }

        Span<byte> before = stackalloc byte[CleanText.MaxName * 3 + SignedTimestamp.MaxLength + 2];
        var length = Encoding.UTF8.GetBytes(id, before);
        before[length++] = (byte)'.';
        length += Encoding.ASCII.GetBytes(timestamp, before[length..]);
        before[length++] = (byte)'.';
        return FindSecret(source.Secrets, before[..length], request.Body.Span, hmacs, ed25519s) switch
        {
            null => VerificationFailure.NoSupportedScheme,
            < 0 => VerificationFailure.SignatureMismatch,
            { } secret => SignedTimestamp.Check(unixSeconds, source.Tolerance, now) is { } untimely ? untimely : Verification.Valid(secret),
        };
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var webhook = Dialect.Read(request.Body.Span);
        return webhook with { EventId = CleanText.Name(request.Header(PrefixOf(request) + "id")) };
    }

    /// <summary>One set of headers counts as a whole: mixing them would let a sender pair a signed id with another one.</summary>
    private static string PrefixOf(in RawRequest request) =>
        request.Headers.ContainsKey(Prefix + "id") || request.Headers.ContainsKey(Prefix + "timestamp") || request.Headers.ContainsKey(Prefix + "signature")
            ? Prefix
            : OlderPrefix;

    private static bool TryParse(ReadOnlySpan<char> header, ref PresentedSignatures hmacs, ref PresentedSignatures ed25519s)
    {
        var hasVersion = false;
        foreach (var range in header.Split(' '))
        {
            var item = header[range];
            hasVersion |= item.IndexOf(',') > 0;
            if (item.StartsWith("v1,"))
            {
                hmacs.AddBase64(item[3..]);
            }
            else if (item.StartsWith("v1a,"))
            {
                ed25519s.AddBase64(item[4..]);
            }
        }

        return hasVersion && !hmacs.IsOverfull && !ed25519s.IsOverfull;
    }

    /// <summary>The first secret that matches, -1 when none does, null when no secret is of a kind that was presented.</summary>
    private static int? FindSecret(IReadOnlyList<SourceSecret> secrets, ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, in PresentedSignatures hmacs, in PresentedSignatures ed25519s)
    {
        int? match = null;
        Span<byte> buffer = stackalloc byte[StandardWebhooksSecret.MaxKeySize];
        for (var i = 0; i < secrets.Count; i++)
        {
            var isPublic = StandardWebhooksSecret.IsPublicKey(secrets[i]);
            if ((isPublic ? ed25519s.Count : hmacs.Count) == 0)
            {
                continue;
            }

            match ??= -1;
            var found = StandardWebhooksSecret.TryDecode(secrets[i], buffer, out var key)
                && (isPublic
                    ? Ed25519Signature.IsSignedWith(key, before, body, ed25519s)
                    : HmacSignature.IsSignedWith(HmacAlgorithm.Sha256, key, before, body, hmacs));
            match = found && match < 0 ? i : match;
        }

        return match;
    }

    private static string? Check(SourceSecret secret)
    {
        if (string.IsNullOrWhiteSpace(secret.Text))
        {
            return null;
        }

        if (secret.Text.StartsWith(StandardWebhooksSecret.PrivatePrefix, StringComparison.Ordinal))
        {
            return "is a private signing key (whsk_), which only the sender may have: set the public one (whpk_).";
        }

        Span<byte> buffer = stackalloc byte[StandardWebhooksSecret.MaxKeySize];
        if (!StandardWebhooksSecret.TryDecode(secret, buffer, out var key))
        {
            return "is no base64 key: set it as the sender shows it, whsec_ or whpk_ followed by base64.";
        }

        return StandardWebhooksSecret.IsPublicKey(secret) && !Ed25519Signature.IsPublicKey(key)
            ? "is no ed25519 public key: after whpk_ there must be 32 bytes in base64."
            : null;
    }

    private static MappingRule Rule(string type, string name, params string[] fields) =>
        new(new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = type }, name, fields.ToDictionary(field => field, PathsOf, StringComparer.Ordinal));

    // Senders write fields as their own language does: paymentId or payment_id.
    private static string PathsOf(string field)
    {
        if (string.Equals(field, "ETag", StringComparison.Ordinal))
        {
            return "data.etag|data.eTag";
        }

        var camel = char.ToLowerInvariant(field[0]) + field[1..];
        var snake = string.Concat(camel.Select(c => char.IsUpper(c) ? $"_{char.ToLowerInvariant(c)}" : $"{c}"));
        return string.Equals(camel, snake, StringComparison.Ordinal) ? $"data.{camel}" : $"data.{camel}|data.{snake}";
    }
}
