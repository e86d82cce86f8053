using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// MinIO, and what else sends S3 bucket notifications to a webhook: <c>Authorization: Bearer {secret}</c>, or the secret as it stands where it is a scheme and a token by itself (github.com/minio/minio, <c>internal/event/target/webhook.go</c>); the body is not signed.
/// There is no event id, so the body's hash is one. Every record is about one file; several may share a body (docs.min.io, "Bucket Notifications").
/// </summary>
public sealed class MinioProvider : IWebhookProvider
{
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
    private static readonly JsonField Version = RecordFields.Add("s3.object.versionId");
    private static readonly JsonField Principal = RecordFields.Add("userIdentity.principalId");

    public string Name => "minio";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("s3:ObjectCreated:*", nameof(FileUploaded), "`eventTime` of the record", "one event per record"),
        new("ObjectCreated:*", nameof(FileUploaded), "`eventTime` of the record", "as Amazon writes it"),
        new("s3:ObjectCreated:PutTagging", nameof(FileChanged), "`eventTime` of the record", "likewise `DeleteTagging`, `PutRetention` and `PutLegalHold`"),
        new("s3:ObjectRemoved:*", nameof(FileDeleted), "`eventTime` of the record", "unless it was one version of several"),
        new("ObjectRemoved:*", nameof(FileDeleted), "`eventTime` of the record", "as Amazon writes it"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(BearerToken.HeaderName, out var header, out var failure))
        {
            return failure;
        }

        var secret = SharedToken.FindSecret(BearerToken.TryRead(header, out var token) ? token : header, source.Secrets);
        secret = secret < 0 ? SharedToken.FindSecret(header, source.Secrets) : secret;
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(EventName) ?? json.Name(FirstName) ?? Webhook.UnknownType;
        var drafts = new List<EventDraft>();
        foreach (var record in json.Items(Records))
        {
            if (About(RecordFields.Read(record)) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return new Webhook(null, type, drafts.Count > 0 ? drafts[0].OccurredAt : null, drafts.Count > 0 ? drafts[0].Subject : null, drafts);
    }

    private static EventDraft? About(in JsonValues record)
    {
        if (record.Text(RecordName) is not { } name || record.Name(Bucket) is not { } bucket || PathOf(record.Text(Key)) is not { } path)
        {
            return null;
        }

        var (subject, principal, at) = ($"{bucket}/{path}", record.Text(Principal), record.Time(RecordTime));
        // Amazon leaves the prefix out.
        switch (name.StartsWith("s3:", StringComparison.Ordinal) ? name[3..] : name)
        {
            case "ObjectCreated:PutTagging" or "ObjectCreated:DeleteTagging" or "ObjectCreated:PutRetention" or "ObjectCreated:PutLegalHold":
                return EventDraft.Of(subject, metadata => new FileChanged(metadata, bucket, path, principal), at);
            case { } created when created.StartsWith("ObjectCreated:", StringComparison.Ordinal):
                var (size, contentType, etag) = (record.WholeNumber(Size), record.Text(ContentType), record.Text(ETag));
                return EventDraft.Of(subject, metadata => new FileUploaded(metadata, bucket, path, size, contentType, etag, principal), at);
            case "ObjectRemoved:DeleteMarkerCreated":
            case "ObjectRemoved:Delete" when record.Text(Version) is null or "" or "null": // With a version the file may still be there, or have gone before.
                return EventDraft.Of(subject, metadata => new FileDeleted(metadata, bucket, path, principal), at);
            default:
                return null;
        }
    }

    // Keys are encoded as in a query string: a space is a plus.
    private static string? PathOf(string? key) =>
        key is null ? null : CleanText.Bounded(Uri.UnescapeDataString(key.Replace('+', ' ')), LongestKey);
}
