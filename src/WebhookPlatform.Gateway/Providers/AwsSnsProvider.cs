using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using WebhookPlatform.Contracts.Alerts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Amazon SNS signs some of the message's values with RSA (version 1 with SHA-1, version 2 with SHA-256) and says in the message where its certificate is: believed only at an SNS host, over https.
/// Every customer of Amazon's can send messages that are signed this way, so the topics a source takes are named in its settings. A message published more than a day ago is refused: its id may have been forgotten.
/// A subscription confirms itself by fetching the signed <c>SubscribeURL</c>. Raw message delivery is not signed and has to stay off.
/// See docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html.
/// </summary>
public sealed partial class AwsSnsProvider : IRemoteProvider
{
    private const string TopicArns = "TopicArns";

    private static readonly TimeSpan CertificateKept = TimeSpan.FromHours(24);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Records = Fields.Add("Records");
    private static readonly JsonField AlarmArn = Fields.Add("AlarmArn");
    private static readonly JsonField AlarmName = Fields.Add("AlarmName");
    private static readonly JsonField NewState = Fields.Add("NewStateValue");
    private static readonly JsonField OldState = Fields.Add("OldStateValue");
    private static readonly JsonField StateChange = Fields.Add("StateChangeTime");
    private static readonly JsonField Namespace = Fields.Add("Trigger.Namespace");

    public string Name => "aws-sns";

    /// <summary>The time is that of publication; a delivery policy may retry for an hour: docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html.</summary>
    public TimeSpan Tolerance => TimeSpan.FromDays(1);

    public bool UsesPublicKey => true;

    public IReadOnlyList<string> MediaTypes { get; } = ["text/plain", "application/json"];

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(TopicArns, "The topics whose messages are taken, separated by commas, e.g. arn:aws:sns:eu-west-1:123456789012:uploads.", IsRequired: true),
    ];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new(SnsMessage.Notification, "FileUploaded", "`eventTime` of the record", "for each record `ObjectCreated:*` of an S3 event in `Message`"),
        new(SnsMessage.Notification, "FileChanged", "`eventTime` of the record", "for each record of an S3 event in `Message` that says tags or rights were changed"),
        new(SnsMessage.Notification, "FileDeleted", "`eventTime` of the record", "for each record of an S3 event in `Message` that says the file is gone"),
        new(SnsMessage.Notification, "AlertRaised", "`StateChangeTime` of the alarm", "if `Message` is a CloudWatch alarm that went to `ALARM`"),
        new(SnsMessage.Notification, "AlertResolved", "`StateChangeTime` of the alarm", "if `Message` is a CloudWatch alarm that went from `ALARM` to `OK`"),
    ];

    /// <summary>It needs no secret: Amazon's certificate proves the sender.</summary>
    public IEnumerable<string> Validate(Source source) =>
        Topics(source).Where(topic => !TopicArn().IsMatch(topic)).Select(topic => $"Settings:{TopicArns} has '{topic}', which is no topic's ARN: copy it from the SNS console, e.g. arn:aws:sns:eu-west-1:123456789012:uploads.");

    public async ValueTask<Verification> VerifyAsync(RawRequest request, Source source, IProviderQueries queries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (SnsMessage.Parse(request.Body.Span) is not { } message)
        {
            return VerificationFailure.MalformedHeader;
        }

        if (string.IsNullOrEmpty(message.Signature) || string.IsNullOrEmpty(message.SignatureVersion) || string.IsNullOrEmpty(message.SigningCertUrl))
        {
            return VerificationFailure.MissingHeader;
        }

        if (message.Hash is not { } hash)
        {
            return VerificationFailure.NoSupportedScheme;
        }

        var signature = new byte[message.Signature.Length];
        if (message.SignedText() is not { } signed || !Convert.TryFromBase64String(message.Signature, signature, out var length))
        {
            return VerificationFailure.MalformedHeader;
        }

        if (CertificateAddress(message.SigningCertUrl) is not { } address
            || await queries.AskAsync(new ProviderQuery(address) { KeepFor = CertificateKept }, cancellationToken) is not { IsSuccess: true } answer)
        {
            return VerificationFailure.UntrustedKey;
        }

        var certificates = PemText.Certificates(Encoding.UTF8.GetString(answer.Body.Span));
        try
        {
            return certificates.Count == 0 || !certificates[0].IsValidAt(now) || !IsAmazons(certificates[0]) ? VerificationFailure.UntrustedKey
                : !certificates[0].IsRsaSigned(signed, signature.AsSpan(0, length), hash) ? VerificationFailure.SignatureMismatch
                : !Takes(source, message.TopicArn) ? VerificationFailure.NotAllowed
                : SignedTimestamp.CheckAge(PayloadTime.Parse(message.Timestamp), source.Tolerance, now) is { } tooOld ? tooOld
                : Verification.Valid(-1);
        }
        finally
        {
            certificates.DisposeAll();
        }
    }

    /// <summary>The address that says yes to a new subscription. Whoever unsubscribed would be subscribed again by the same address, so that is left alone.</summary>
    public Uri? Confirmation(in RawRequest request, Source source) =>
        SnsMessage.Parse(request.Body.Span) is { Type: SnsMessage.SubscriptionConfirmation } message && Takes(source, message.TopicArn)
            ? SnsMessage.AddressOfService(message.SubscribeUrl)
            : null;

    public Webhook Read(in RawRequest request, Source source)
    {
        if (SnsMessage.Parse(request.Body.Span) is not { } message)
        {
            return Webhook.Unreadable;
        }

        var drafts = Events(message.Type is SnsMessage.Notification ? message.Message : null);
        return new Webhook(
            CleanText.Name(message.MessageId),
            CleanText.Name(message.Type) ?? Webhook.UnknownType,
            PayloadTime.Parse(message.Timestamp),
            drafts.Count > 0 ? drafts[0].Subject : CleanText.Name(message.TopicArn),
            drafts);
    }

    private static IReadOnlyList<EventDraft> Events(string? text)
    {
        if (text is not { Length: > 0 })
        {
            return [];
        }

        var json = Fields.Read(Encoding.UTF8.GetBytes(text));
        return Alarm(json) is { } alarm ? [alarm] : S3Records.Read(json.Items(Records));
    }

    private static EventDraft? Alarm(in JsonValues json)
    {
        if (json.Name(AlarmArn) is not { } id || json.Text(AlarmName) is not { Length: > 0 } title)
        {
            return null;
        }

        var service = json.Text(Namespace);
        return (json.Text(OldState), json.Text(NewState)) switch
        {
            (_, "ALARM") => EventDraft.Of(id, metadata => new AlertRaised(metadata, id, title, Service: service), json.Time(StateChange)),
            ("ALARM", "OK") => EventDraft.Of(id, metadata => new AlertResolved(metadata, id, title, Service: service), json.Time(StateChange)),
            _ => null,
        };
    }

    private static Uri? CertificateAddress(string written) =>
        SnsMessage.AddressOfService(written) is { Query: "", Fragment: "" } uri && uri.AbsolutePath.EndsWith(".pem", StringComparison.Ordinal) ? uri : null;

    private static bool IsAmazons(X509Certificate2 certificate) => certificate.Names().Any(name => CertificateName().IsMatch(name));

    private static bool Takes(Source source, string? topic) => Topics(source).Contains(topic, StringComparer.Ordinal);

    private static string[] Topics(Source source) => (source.Setting(TopicArns) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex TopicArn();

    // sns.amazonaws.com as a rule, with a region in some partitions.
    [GeneratedRegex(@"^sns([.-][a-z0-9-]+)*\.amazonaws\.com(\.cn)?\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 100)]
    private static partial Regex CertificateName();
}
