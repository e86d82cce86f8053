using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Azure Event Grid signs nothing: a secret is put into the endpoint's query (<c>?code=…</c> or <c>?secret=…</c>) or into a static header of the event subscription's delivery properties, named by <c>Header</c>; in <c>Authorization</c> it may stand after <c>Bearer</c>. A header that is there alone counts.
/// Events come in Event Grid's schema, as an array, or as CloudEvents, alone or in a batch; each subscription is validated first: learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema and …-cloud-events-schema.
/// Blobs are told of as learn.microsoft.com/azure/event-grid/event-schema-blob-storage says. Creating a file through Data Lake Storage or SFTP is told when it begins and when it is complete: only the latter counts.
/// </summary>
public sealed class AzureEventGridProvider : IWebhookProvider
{
    private const string KindHeader = "aeg-event-type";
    private const string Created = "Microsoft.Storage.BlobCreated";
    private const string Deleted = "Microsoft.Storage.BlobDeleted";
    private const int LongestPath = 1024; // What blob names may have.

    private static readonly string[] AskingOrigins = ["eventgrid.azure.net"];

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField EventType = Fields.Add("eventType");
    private static readonly JsonField CloudEventType = Fields.Add("type");
    private static readonly JsonField EventTime = Fields.Add("eventTime");
    private static readonly JsonField CloudEventTime = Fields.Add("time");
    private static readonly JsonField Subject = Fields.Add("subject");
    private static readonly JsonField ValidationCode = Fields.Add("data.validationCode");
    private static readonly JsonField Api = Fields.Add("data.api");
    private static readonly JsonField ContentLength = Fields.Add("data.contentLength");
    private static readonly JsonField ContentType = Fields.Add("data.contentType");
    private static readonly JsonField ETag = Fields.Add("data.eTag");
    private static readonly JsonField Identity = Fields.Add("data.identity");

    public string Name => "azure-event-grid";

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"];

    public IReadOnlyList<string> KeptHeaders { get; } = [KindHeader, "aeg-subscription-name", "aeg-delivery-count"];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new(Created, nameof(FileUploaded), "`eventTime` (CloudEvents: `time`) of the event", "unless `data.api` is `CreateFile` or `SftpCreate`"),
        new(Deleted, nameof(FileDeleted), "`eventTime` (CloudEvents: `time`) of the event"),
    ];

    public IEnumerable<string> Validate(Source source) => [.. SourceChecks.Secrets(source), .. SourceChecks.Header(source)];

    /// <summary>CloudEvents are consented to by OPTIONS, Event Grid's own schema by sending a code back; with a secret that is wrong, by neither. Only a source without secrets, which has nothing to prove by, answers the latter unproven.</summary>
    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source)
    {
        if (source.Secrets.Count == 0)
        {
            return DeliveryConsent.Answer(request, AskingOrigins) ?? Validation(request);
        }

        return request.Method is "OPTIONS" && Verify(request, source, default).Failure is null or VerificationFailure.MissingHeader
            ? DeliveryConsent.Answer(request, AskingOrigins)
            : null;
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!TryGetToken(request, source.Header, out var token, out var failure))
        {
            return failure;
        }

        var secret = SharedToken.FindSecret(token, source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    public HandshakeResponse? AnswerSigned(in RawRequest request, Source source) => Validation(request);

    public Webhook Read(in RawRequest request, Source source)
    {
        if (!JsonArray.TryRead(request.Body.Span, out var items))
        {
            return One(request.Body.Span);
        }

        var batch = new BatchReading();
        foreach (var item in items)
        {
            batch.Add(One(item));
        }

        return batch.ToWebhook();
    }

    private static bool TryGetToken(in RawRequest request, string header, out string token, out VerificationFailure failure)
    {
        if (request.Headers.ContainsKey(header))
        {
            var isThere = request.TryGetSingle(header, out token, out failure);
            token = header.Equals(BearerToken.HeaderName, StringComparison.OrdinalIgnoreCase) && BearerToken.TryRead(token, out var bearer) ? bearer : token;
            return isThere;
        }

        return request.TryGetSingleQuery("code", out token, out failure)
            || (failure is VerificationFailure.MissingHeader && request.TryGetSingleQuery("secret", out token, out failure));
    }

    // Exactly 200: Event Grid takes no other status here.
    private static HandshakeResponse? Validation(in RawRequest request)
    {
        if (request.Header(KindHeader) is not "SubscriptionValidation" || !JsonArray.TryRead(request.Body.Span, out var items) || !items.MoveNext())
        {
            return null;
        }

        return Fields.Read(items.Current).Name(ValidationCode) is { } code
            ? new HandshakeResponse(200, "application/json", $$"""{"validationResponse":"{{System.Text.Json.JsonEncodedText.Encode(code)}}"}""")
            : null;
    }

    private static Webhook One(ReadOnlySpan<byte> body)
    {
        var json = Fields.Read(body);
        if (!json.IsReadable)
        {
            return Webhook.Unreadable;
        }

        var type = json.Name(EventType) ?? json.Name(CloudEventType);
        var at = json.Time(EventTime) ?? json.Time(CloudEventTime);
        var draft = type switch
        {
            Created => Uploaded(json, at),
            Deleted => Removed(json, at),
            _ => null,
        };
        return new Webhook(json.Name(Id), type ?? Webhook.UnknownType, at, draft?.Subject ?? json.Name(Subject), draft is null ? [] : [draft]);
    }

    private static EventDraft? Uploaded(in JsonValues json, DateTimeOffset? at)
    {
        if (json.Text(Api) is "CreateFile" or "SftpCreate" || json.Name(Id) is not { } id || !TryReadBlob(json.Text(Subject), out var container, out var path))
        {
            return null;
        }

        var (size, type, etag, identity) = (json.WholeNumber(ContentLength), json.Text(ContentType), json.Text(ETag), json.Text(Identity));
        return EventDraft.Of($"{container}/{path}", metadata => new FileUploaded(metadata, container, path, size, type, etag, identity), at, key: id);
    }

    private static EventDraft? Removed(in JsonValues json, DateTimeOffset? at)
    {
        if (json.Name(Id) is not { } id || !TryReadBlob(json.Text(Subject), out var container, out var path))
        {
            return null;
        }

        var identity = json.Text(Identity);
        return EventDraft.Of($"{container}/{path}", metadata => new FileDeleted(metadata, container, path, identity), at, key: id);
    }

    // /blobServices/default/containers/{container}/blobs/{path}
    private static bool TryReadBlob(string? subject, out string container, out string path)
    {
        const string Before = "/blobServices/default/containers/";
        const string Between = "/blobs/";
        (container, path) = ("", "");
        if (subject is null || !subject.StartsWith(Before, StringComparison.Ordinal))
        {
            return false;
        }

        var end = subject.IndexOf(Between, Before.Length, StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        container = CleanText.Name(subject[Before.Length..end]) ?? "";
        path = CleanText.Bounded(subject[(end + Between.Length)..], LongestPath) ?? "";
        return container.Length > 0 && path.Length > 0;
    }
}
