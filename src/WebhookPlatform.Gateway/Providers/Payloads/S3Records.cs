using WebhookPlatform.Contracts.Files;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>
/// The records of an S3 event notification (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html), as S3 and MinIO send them.
/// Deleting one version of a file deletes no file, so a record that names the deleted version is left out; with versions a file is gone when its delete marker is made.
/// </summary>
public static class S3Records
{
    private const int LongestKey = 1024; // What S3 allows.

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Name = Fields.Add("eventName");
    private static readonly JsonField Time = Fields.Add("eventTime");
    private static readonly JsonField Bucket = Fields.Add("s3.bucket.name");
    private static readonly JsonField Key = Fields.Add("s3.object.key");
    private static readonly JsonField Version = Fields.Add("s3.object.versionId");
    private static readonly JsonField Size = Fields.Add("s3.object.size");
    private static readonly JsonField ContentType = Fields.Add("s3.object.contentType");
    private static readonly JsonField ETag = Fields.Add("s3.object.eTag");
    private static readonly JsonField Principal = Fields.Add("userIdentity.principalId");

    /// <summary>One event for each record that tells of a file stored, changed or deleted, in order.</summary>
    public static IReadOnlyList<EventDraft> Read(JsonItems records)
    {
        var drafts = new List<EventDraft>();
        foreach (var item in records)
        {
            if (Draft(Fields.Read(item)) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return drafts;
    }

    private static EventDraft? Draft(in JsonValues record)
    {
        if (record.Text(Name) is not { } name || record.Name(Bucket) is not { } bucket || PathOf(record.Text(Key)) is not { } path)
        {
            return null;
        }

        var kind = name.StartsWith("s3:", StringComparison.Ordinal) ? name[3..] : name;
        var principal = record.Text(Principal);
        if (kind is "ObjectCreated:PutTagging" or "ObjectCreated:DeleteTagging" or "ObjectCreated:PutRetention" or "ObjectCreated:PutLegalHold"
            or "ObjectTagging:Put" or "ObjectTagging:Delete" or "ObjectAcl:Put")
        {
            return EventDraft.Of($"{bucket}/{path}", metadata => new FileChanged(metadata, bucket, path, principal), record.Time(Time));
        }

        if (kind.StartsWith("ObjectCreated:", StringComparison.Ordinal))
        {
            var (size, contentType, etag) = (record.WholeNumber(Size), record.Text(ContentType), record.Text(ETag));
            return EventDraft.Of($"{bucket}/{path}", metadata => new FileUploaded(metadata, bucket, path, size, contentType, etag, principal), record.Time(Time));
        }

        var isGone = kind is "ObjectRemoved:DeleteMarkerCreated" or "LifecycleExpiration:DeleteMarkerCreated"
            || (kind is "ObjectRemoved:Delete" or "LifecycleExpiration:Delete" && record.Text(Version) is null or "" or "null");
        return isGone
            ? EventDraft.Of($"{bucket}/{path}", metadata => new FileDeleted(metadata, bucket, path, principal), record.Time(Time))
            : null;
    }

    // Keys are encoded as in a query string: a space is a plus.
    private static string? PathOf(string? key) =>
        key is null ? null : CleanText.Bounded(Uri.UnescapeDataString(key.Replace('+', ' ')), LongestKey);
}
