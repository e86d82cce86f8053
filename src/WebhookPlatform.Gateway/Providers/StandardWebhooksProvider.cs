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
    private const string Prefix = StandardWebhooksScheme.Prefix;
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

    /// <summary>Svix retries for little more than a day and replays what it still has, 90 days by default. https://docs.svix.com/retries and https://docs.svix.com/retention.</summary>
    public Redelivery Redelivery { get; } = new(RetryDays: 2, Days: 90);

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
            if (StandardWebhooksSecret.Check(source.Secrets[i]) is { } problem)
            {
                yield return $"Secrets:{i} {problem}";
            }
        }
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => StandardWebhooksScheme.Verify(request, source, now, PrefixOf(request));

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
