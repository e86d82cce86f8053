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
    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventName = Fields.Add("EventName");
    private static readonly JsonField Records = Fields.Add("Records");
    private static readonly JsonField FirstName = Fields.Add("Records.0.eventName");

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
        var drafts = S3Records.Read(json.Items(Records));
        return new Webhook(null, type, drafts.Count > 0 ? drafts[0].OccurredAt : null, drafts.Count > 0 ? drafts[0].Subject : null, drafts);
    }
}
