using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Keys;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// Amazon SNS signs inside the body: RSA with SHA-256 (version 2) in base64 over some of its names and values, a line each, in alphabetical order. The receiver fetches the certificate from Amazon: <see cref="Serves"/> has it.
/// The setting <c>TopicArns</c> has to be the receiver's; of several topics the first sends (docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
/// </summary>
public sealed class AwsSnsSimulator : IProviderSimulator
{
    private const string Confirmation = "SubscriptionConfirmation";
    private const string Notification = "Notification";
    private const string Raised = "cloudwatch.alarm";
    private const string Resolved = "cloudwatch.ok";
    private const string Stored = "s3.ObjectCreated:Put";
    private const string Removed = "s3.ObjectRemoved:Delete";

    private static readonly string[] OfNotification = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    private static readonly string[] OfConfirmation = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    public string Provider => "aws-sns";

    public Proof Proof { get; } = Proof.Body("Signature");

    public SecretForm Secret { get; } = SecretForm.Certificate("sns.amazonaws.com");

    public bool CoversBody => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new(Stored, "FileUploaded", "An object was stored in a bucket of S3"),
        new(Removed, "FileDeleted", "An object was deleted from a bucket of S3"),
        new(Raised, "AlertRaised", "An alarm of CloudWatch went off"),
        new(Resolved, "AlertResolved", "An alarm of CloudWatch is over") { Follows = Raised },
        new("text", null, "Somebody published a text"),
        new(Confirmation, null, "SNS asks to confirm a subscription") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var (id, topic) = (context.Uuid(), TopicOf(context));
        var details = eventType switch
        {
            Stored or Removed => Published("Amazon S3 Notification", Bucket(eventType["s3.".Length..], context)),
            Raised => Published("ALARM: in EU (Ireland)", Alarm(Happenings.RaiseAlert(context, context.Uuid), "ALARM", context)),
            Resolved => Published("OK: in EU (Ireland)", Alarm(Happenings.ResolveAlert(context, context.Uuid), "OK", context)),
            "text" => Payload.Piece($""" "Type": "{Notification}", "Message": "{context.Pick(SampleData.Messages)}" """),
            Confirmation => Asked(context.Hex(128), topic, context),
            _ => throw this.Unknown(eventType),
        };
        var body = Payload.Indented($$"""
            {
              "MessageId": "{{id}}",
              "TopicArn": "{{topic}}",
              {{details}},
              "Timestamp": "{{Text.Milliseconds(context.Now)}}"
            }
            """);
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "text/plain; charset=UTF-8"),
            new("User-Agent", "Amazon Simple Notification Service Agent"),
            new("x-amz-sns-message-type", eventType is Confirmation ? Confirmation : Notification),
            new("x-amz-sns-message-id", id),
            new("x-amz-sns-topic-arn", topic),
        ]);
    }

    public IReadOnlyDictionary<string, string> SourceSettings(SimulationContext context) => this.Settings(context, ("Settings:TopicArns", TopicOf(context)));

    public IReadOnlyList<ServedDocument> Serves(SimulationContext context)
    {
        var key = context.Key(CertifiedKey.Parse);
        return [new(AddressOf(key, context), "application/x-pem-file", key.Certificate.ExportCertificatePem())];
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var json = JsonBody.Parse(request.Body, Provider);
        var key = context.Key(CertifiedKey.Parse);
        var names = JsonBody.TextOf(json["Type"]) is Notification ? OfNotification : OfConfirmation;
        var lines = names.Where(json.ContainsKey).Select(name => $"{name}\n{JsonBody.TextOf(json[name])}\n");
        json["SignatureVersion"] = "2";
        json["Signature"] = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(string.Concat(lines)), HashAlgorithmName.SHA256));
        json["SigningCertURL"] = AddressOf(key, context).AbsoluteUri;
        return request.WithBody(JsonBody.Bytes(json));
    }

    private static string TopicOf(SimulationContext context) =>
        context.Setting("TopicArns", "arn:aws:sns:eu-west-1:123456789012:webhooks").Split(',', StringSplitOptions.TrimEntries)[0];

    private static string HostOf(SimulationContext context) => $"sns.{(TopicOf(context).Split(':') is { Length: > 3 } parts ? parts[3] : "eu-west-1")}.amazonaws.com";

    private static Uri AddressOf(CertifiedKey key, SimulationContext context) =>
        new($"https://{HostOf(context)}/SimpleNotificationService-{Text.Lower(key.Certificate.Thumbprint[..32])}.pem");

    private static JsonPiece Published(string subject, byte[] message) =>
        Payload.Piece($""" "Type": "{Notification}", "Subject": "{subject}", "Message": "{Encoding.UTF8.GetString(message)}" """);

    private static JsonPiece Asked(string token, string topic, SimulationContext context) => Payload.Piece($$"""
        "Type": "{{Confirmation}}",
          "Token": "{{token}}",
          "Message": "You have chosen to subscribe to the topic {{topic}}.\nTo confirm the subscription, visit the SubscribeURL included in this message.",
          "SubscribeURL": "https://{{HostOf(context)}}/?Action=ConfirmSubscription&TopicArn={{topic}}&Token={{token}}"
        """);

    private static byte[] Bucket(string name, SimulationContext context)
    {
        var (file, _) = context.Pick(SampleData.Files);
        var key = Uri.EscapeDataString(string.Format(CultureInfo.InvariantCulture, file, context.Number(1000, 9999))).Replace("%20", "+", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal);
        var stored = name.StartsWith("ObjectCreated", StringComparison.Ordinal) ? Payload.Piece($""", "size": {context.Number(1_000, 50_000_000)}, "eTag": "{context.Hex(32)}" """) : new JsonPiece("");
        return Payload.Compact($$"""
            {
              "Records": [
                {
                  "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventTime": "{{Text.Milliseconds(context.Now)}}", "eventName": "{{name}}",
                  "userIdentity": { "principalId": "AWS:{{context.UpperId("AIDA", 17)}}" }, "requestParameters": { "sourceIPAddress": "192.0.2.10" },
                  "responseElements": { "x-amz-request-id": "{{context.UpperId("", 16)}}" },
                  "s3": {
                    "s3SchemaVersion": "1.0", "configurationId": "webhooks", "bucket": { "name": "acme-uploads", "ownerIdentity": { "principalId": "A3NL1KOZZKExample" }, "arn": "arn:aws:s3:::acme-uploads" },
                    "object": { "key": "{{key}}"{{stored}}, "sequencer": "{{context.UpperId("00", 16)}}" }
                  }
                }
              ]
            }
            """);
    }

    private static byte[] Alarm(EarlierAlert alert, string state, SimulationContext context) => Payload.Compact($$"""
        {
          "AlarmName": "{{alert.Title}}", "AlarmDescription": null, "AWSAccountId": "123456789012", "NewStateValue": "{{state}}", "NewStateReason": "Threshold Crossed",
          "StateChangeTime": "{{Text.Milliseconds(context.Now).Replace("Z", "+0000", StringComparison.Ordinal)}}", "Region": "EU (Ireland)",
          "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:{{alert.Id}}", "OldStateValue": "{{(state is "OK" ? "ALARM" : "OK")}}",
          "Trigger": { "MetricName": "CPUUtilization", "Namespace": "{{alert.Service}}", "Statistic": "AVERAGE", "Period": 300, "EvaluationPeriods": 1, "Threshold": 90.0 }
        }
        """);
}
