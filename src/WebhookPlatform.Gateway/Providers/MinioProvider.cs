using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// MinIO, and what else sends S3 bucket notifications to a webhook: <c>Authorization: Bearer {secret}</c>, the body is not signed. There is no event id, so the body's hash is one.
/// Every <c>ObjectCreated</c> record is a file; several may share a body.
/// </summary>
public sealed class MinioProvider : IWebhookProvider
{
    private const string TokenHeader = "Authorization";
    private const string Scheme = "Bearer ";
    private const int LongestKey = 1024; // What S3 allows.

    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventName = Fields.Add("EventName");
    private static readonly JsonField Records = Fields.Add("Records");
    private static readonly JsonField FirstName = Fields.Add("Records.0.eventName");

    private static readonly JsonFields RecordFields = new();
    private static readonly JsonField RecordName = RecordFields.Add("eventName");
    private static readonly JsonField RecordTime = RecordFields.Add("eventTime");
    private static readonly JsonField Bucket = RecordFields.Add("s3.bucket.name");
    private static readonly JsonField Key = RecordFields.Add("s3.object.key");
    private static readonly JsonField Size = RecordFields.Add("s3.object.size");
    private static readonly JsonField ContentType = RecordFields.Add("s3.object.contentType");
    private static readonly JsonField ETag = RecordFields.Add("s3.object.eTag");
    private static readonly JsonField Principal = RecordFields.Add("userIdentity.principalId");

    public string Name => "minio";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("s3:ObjectCreated:*", nameof(FileUploaded), "`eventTime` of the record", "one event per record"),
        new("ObjectCreated:*", nameof(FileUploaded), "`eventTime` of the record", "as Amazon writes it"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(TokenHeader, out var header, out var failure))
        {
            return failure;
        }

        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return VerificationFailure.MalformedHeader;
        }

        var secret = SharedToken.FindSecret(header[Scheme.Length..].Trim(), source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(EventName) ?? json.Name(FirstName) ?? Webhook.UnknownType;
        var drafts = new List<EventDraft>();
        foreach (var record in json.Items(Records))
        {
            if (Uploaded(RecordFields.Read(record)) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return new Webhook(null, type, drafts.Count > 0 ? drafts[0].OccurredAt : null, drafts.Count > 0 ? drafts[0].Subject : null, drafts);
    }

    private static EventDraft? Uploaded(in JsonValues record)
    {
        var isCreated = record.Text(RecordName) is { } name
            && (name.StartsWith("s3:ObjectCreated:", StringComparison.Ordinal) || name.StartsWith("ObjectCreated:", StringComparison.Ordinal));
        if (!isCreated || record.Name(Bucket) is not { } bucket || PathOf(record.Text(Key)) is not { } path)
        {
            return null;
        }

        var (size, contentType, etag, principal) = (record.WholeNumber(Size), record.Text(ContentType), record.Text(ETag), record.Text(Principal));
        return EventDraft.Of(
            $"{bucket}/{path}",
            metadata => new FileUploaded(metadata, bucket, path, size, contentType, etag, principal),
            record.Time(RecordTime));
    }

    // Keys are encoded as in a query string: a space is a plus.
    private static string? PathOf(string? key) =>
        key is null ? null : CleanText.Bounded(Uri.UnescapeDataString(key.Replace('+', ' ')), LongestKey);
}
