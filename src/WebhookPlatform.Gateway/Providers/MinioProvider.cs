using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// MinIO, and what else sends S3 bucket notifications to a webhook: <c>Authorization: Bearer {secret}</c>, the body is not signed. There is no event id, so the body's hash is one.
/// Every <c>ObjectCreated</c> record is a file, every <c>ObjectRemoved</c> one deleted; several may share a body.
/// </summary>
public sealed class MinioProvider : IWebhookProvider
{
    private const string TokenHeader = "Authorization";
    private const string Scheme = "Bearer ";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField EventName = Fields.Add("EventName");
    private static readonly JsonField Records = Fields.Add("Records");
    private static readonly JsonField FirstName = Fields.Add("Records.0.eventName");

    public string Name => "minio";

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("s3:ObjectCreated:*", nameof(FileUploaded), "`eventTime` of the record", "one event per record"),
        new("ObjectCreated:*", nameof(FileUploaded), "`eventTime` of the record", "as Amazon writes it"),
        new("s3:ObjectRemoved:*", "FileDeleted", "`eventTime` of the record", "if the file is gone, not only one of its versions"),
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
        var drafts = S3Records.Read(json.Items(Records));
        return new Webhook(null, type, drafts.Count > 0 ? drafts[0].OccurredAt : null, drafts.Count > 0 ? drafts[0].Subject : null, drafts);
    }
}
