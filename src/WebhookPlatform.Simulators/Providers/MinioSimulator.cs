using System.Globalization;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// MinIO bucket notifications: no signature, but <c>Authorization: Bearer {token}</c>.
/// As MinIO does, the object key is URL-encoded inside the record and plain in the envelope's <c>Key</c>.
/// </summary>
public sealed class MinioSimulator : IProviderSimulator
{
    private const string Put = "s3:ObjectCreated:Put";

    private static readonly string[] Buckets = ["uploads", "media", "backups", "invoices"];

    public string Provider => "minio";

    public Proof Proof { get; } = Proof.Header("Authorization");

    public bool CoversBody => false;

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } = [new(Put, "FileUploaded", "An object was stored in a bucket")];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        if (!string.Equals(eventType, Put, StringComparison.Ordinal))
        {
            throw this.Unknown(eventType);
        }

        var requestId = Text.Upper(context.Hex(16));
        var bucket = context.Pick(Buckets);
        var (name, contentType) = context.Pick(SampleData.Files);
        var key = string.Format(CultureInfo.InvariantCulture, name, context.Number(1000, 9999));
        var body = Payload.Compact($$"""
            {
              "EventName": "{{Put}}",
              "Key": "{{bucket}}/{{key}}",
              "Records": [
                {
                  "eventVersion": "2.0",
                  "eventSource": "minio:s3",
                  "awsRegion": "",
                  "eventTime": "{{Text.Milliseconds(context.Now)}}",
                  "eventName": "{{Put}}",
                  "userIdentity": { "principalId": "uploader" },
                  "requestParameters": { "principalId": "uploader", "region": "", "sourceIPAddress": "10.0.0.{{context.Number(2, 250)}}" },
                  "responseElements": {
                    "x-amz-id-2": "{{context.Hex(64)}}",
                    "x-amz-request-id": "{{requestId}}",
                    "x-minio-deployment-id": "7564a643-0505-4c84-87fc-5095d5389967",
                    "x-minio-origin-endpoint": "http://minio.internal:9000"
                  },
                  "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "Config",
                    "bucket": { "name": "{{bucket}}", "ownerIdentity": { "principalId": "uploader" }, "arn": "arn:aws:s3:::{{bucket}}" },
                    "object": {
                      "key": "{{QueryEscape(key)}}",
                      "size": {{context.Number(1_000, 50_000_000)}},
                      "eTag": "{{context.Hex(32)}}",
                      "contentType": "{{contentType}}",
                      "userMetadata": { "content-type": "{{contentType}}" },
                      "sequencer": "{{Text.Upper(context.Hex(16))}}"
                    }
                  },
                  "source": { "host": "10.0.0.7", "port": "", "userAgent": "MinIO (linux; amd64) minio-go/v7.0.90" }
                }
              ]
            }
            """);
        return new UnsignedRequest(requestId, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Go-http-client/1.1"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithHeaders([new(Proof.Name, "Bearer " + context.Secret)]);

    /// <summary>Go's <c>url.QueryEscape</c>, by which MinIO encodes keys: a space becomes a plus.</summary>
    private static string QueryEscape(string key) => Uri.EscapeDataString(key).Replace("%20", "+", StringComparison.Ordinal);
}
