using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.UnitTests.Gateway.Remote;
using WebhookPlatform.UnitTests.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class AwsSnsProviderTests : IDisposable
{
    private const string Topic = "arn:aws:sns:eu-west-1:123456789012:uploads";
    private const string CertificateUrl = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123.pem";
    private const string Subscribe = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";

    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    private readonly AwsSnsProvider _provider = new();
    private readonly TestAuthority _authority = TestAuthority.Root();
    private readonly X509Certificate2 _certificate;

    public AwsSnsProviderTests() => _certificate = _authority.Issue("sns.amazonaws.com");

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Message_signed_with_Amazons_certificate_is_accepted_and_the_certificate_kept_for_a_day(string version)
    {
        var queries = FakeQueries.Always(_certificate.ExportCertificatePem());

        Assert.Null((await VerifyAsync(Signed(version: version), queries: queries)).Failure);

        var asked = Assert.Single(queries.Asked);
        Assert.Equal((CertificateUrl, TimeSpan.FromHours(24)), (asked.Address.AbsoluteUri, asked.KeepFor));
    }

    [Theory]
    [InlineData("Message", "another")]
    [InlineData("MessageId", "another")]
    [InlineData("Subject", "another")]
    [InlineData("Timestamp", "2026-03-14T15:09:27.000Z")]
    [InlineData("TopicArn", "arn:aws:sns:eu-west-1:123456789012:other")]
    public async Task Changed_value_is_noticed(string name, string value) =>
        Assert.Equal(VerificationFailure.SignatureMismatch, (await VerifyAsync(Change(Signed(), name, value))).Failure);

    [Theory]
    [InlineData("Signature", VerificationFailure.MissingHeader)]
    [InlineData("SignatureVersion", VerificationFailure.MissingHeader)]
    [InlineData("SigningCertURL", VerificationFailure.MissingHeader)]
    [InlineData("MessageId", VerificationFailure.MalformedHeader)]
    [InlineData("Message", VerificationFailure.MalformedHeader)]
    public async Task Missing_value_is_refused(string name, VerificationFailure expected) =>
        Assert.Equal(expected, (await VerifyAsync(Change(Signed(), name, null))).Failure);

    [Theory]
    [InlineData("[]")]
    [InlineData("hello")]
    [InlineData("{\"Type\":7}")]
    [InlineData("{\"Type\":\"Notification\",\"Type\":\"Notification\"}")]
    public async Task Body_that_is_no_message_is_malformed(string body) =>
        Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(Encoding.UTF8.GetBytes(body))).Failure);

    [Theory]
    [InlineData("http://sns.eu-west-1.amazonaws.com/a.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com/a.crt")]
    [InlineData("https://sns.eu-west-1.amazonaws.com/?x=.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com/a.pem?Action=x")]
    [InlineData("https://sns.eu-west-1.amazonaws.com:8443/a.pem")]
    [InlineData("https://user@sns.eu-west-1.amazonaws.com/a.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com.example.com/a.pem")]
    [InlineData("https://bucket.s3.amazonaws.com/a.pem")]
    [InlineData("https://sns.amazonaws.com.evil.amazonaws.com/a.pem")]
    [InlineData("file:///etc/ssl/cert.pem")]
    [InlineData("/a.pem")]
    public async Task Certificate_from_elsewhere_is_not_even_asked_for(string address)
    {
        var queries = FakeQueries.Always(_certificate.ExportCertificatePem());

        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(certificateUrl: address), queries: queries)).Failure);
        Assert.Empty(queries.Asked);
    }

    [Fact]
    public async Task Certificate_that_is_expired_or_somebody_elses_is_not_trusted()
    {
        using var expired = _authority.Issue("sns.amazonaws.com", to: Now.AddSeconds(-1));
        using var young = _authority.Issue("sns.amazonaws.com", from: Now.AddMinutes(1));
        using var other = _authority.Issue("sns.example.com");
        using var bucket = _authority.Issue("snsfake.amazonaws.com");

        foreach (var certificate in new[] { expired, young, other, bucket })
        {
            Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(key: certificate), queries: FakeQueries.Always(certificate.ExportCertificatePem()))).Failure);
        }
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(200, "")]
    [InlineData(200, "<html></html>")]
    [InlineData(200, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public async Task Answer_that_is_no_certificate_is_not_trusted(int status, string body) =>
        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(), queries: new FakeQueries(_ => (status, body)))).Failure);

    [Fact]
    public async Task Amazon_out_of_reach_is_no_refusal() =>
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await VerifyAsync(Signed(), queries: FakeQueries.Down()));

    [Theory]
    [InlineData(Topic, null)]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:a, " + Topic, null)]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:upload", VerificationFailure.NotAllowed)]
    [InlineData("arn:aws:sns:eu-west-1:210987654321:uploads", VerificationFailure.NotAllowed)]
    public async Task Only_the_sources_topics_are_taken(string topics, VerificationFailure? expected) =>
        Assert.Equal(expected, (await VerifyAsync(Signed(), topics)).Failure);

    [Fact]
    public async Task Subscription_is_confirmed_at_the_signed_address_of_the_service()
    {
        var body = Signed(type: "SubscriptionConfirmation", subscribe: Subscribe);

        Assert.Null((await VerifyAsync(body)).Failure);
        Assert.Equal(Subscribe, _provider.Confirmation(Request(body), Source(Topic))?.AbsoluteUri);
    }

    [Theory]
    [InlineData("SubscriptionConfirmation", "https://example.com/?Action=ConfirmSubscription", Topic)]
    [InlineData("SubscriptionConfirmation", "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription", Topic)]
    [InlineData("SubscriptionConfirmation", Subscribe, "arn:aws:sns:eu-west-1:123456789012:other")]
    [InlineData("UnsubscribeConfirmation", Subscribe, Topic)]
    [InlineData("Notification", Subscribe, Topic)]
    public void Nothing_else_is_confirmed(string type, string address, string topics) =>
        Assert.Null(_provider.Confirmation(Request(Signed(type: type, subscribe: address)), Source(topics)));

    [Fact]
    public void Source_has_to_name_its_topics_and_needs_no_secret()
    {
        Assert.Empty(_provider.Validate(Source(Topic)));
        Assert.Contains("uploads", Assert.Single(_provider.Validate(Source("uploads," + Topic))), StringComparison.Ordinal);
        Assert.Contains(SourceChecks.Settings(new Source { Name = "s", Provider = _provider }), finding => finding.Contains("TopicArns", StringComparison.Ordinal));
    }

    [Fact]
    public void Long_message_is_read_whole()
    {
        var records = string.Join(',', Enumerable.Range(0, 200).Select(i => $$$$"""{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"{{{{i.ToString(CultureInfo.InvariantCulture)}}}}"}}}"""));

        var webhook = _provider.Read(Request(Signed(message: $$"""{"Records":[{{records}}]}""")), Source(Topic));

        Assert.Equal(200, webhook.Events.Count);
    }

    [Theory]
    [InlineData("2026-03-13T15:09:26.000Z", null)]
    [InlineData("2026-03-13T15:09:25.000Z", VerificationFailure.StaleTimestamp)]
    [InlineData("yesterday", VerificationFailure.MalformedHeader)]
    public async Task Message_is_believed_for_a_day_for_which_it_is_remembered_at_the_least(string timestamp, VerificationFailure? expected)
    {
        Assert.Equal(expected, (await VerifyAsync(Signed(timestamp: timestamp))).Failure);
        Assert.InRange(_provider.Tolerance, TimeSpan.FromHours(1), TimeSpan.FromDays(((IWebhookProvider)_provider).Redelivery.RetryDays));
    }

    private ValueTask<Verification> VerifyAsync(byte[] body, string topics = Topic, FakeQueries? queries = null) =>
        _provider.VerifyAsync(Request(body), Source(topics), queries ?? FakeQueries.Always(_certificate.ExportCertificatePem()), Now, TestContext.Current.CancellationToken);

    private Source Source(string topics) => new() { Name = "files", Provider = _provider, Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["TopicArns"] = topics } };

    private static RawRequest Request(byte[] body) => new("POST", "", new HeaderDictionary { ["Content-Type"] = "text/plain; charset=UTF-8" }, body);

    private byte[] Signed(string type = "Notification", string version = "2", string certificateUrl = CertificateUrl, string message = "grüße\n\"you\"", string? subscribe = null, X509Certificate2? key = null, string timestamp = "2026-03-14T15:09:26.000Z")
    {
        var isNotification = type is "Notification";
        var values = new JsonObject
        {
            ["Type"] = type,
            ["MessageId"] = "22b80b92-0000-4000-8000-0bfdb0c7bf32",
            ["TopicArn"] = Topic,
            ["Message"] = message,
            ["Timestamp"] = timestamp,
            ["SignatureVersion"] = version,
            ["SigningCertURL"] = certificateUrl,
        };
        values[isNotification ? "Subject" : "Token"] = "a subject or token";
        if (!isNotification)
        {
            values["SubscribeURL"] = subscribe;
        }

        string[] signed = isNotification ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"] : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
        var text = string.Concat(signed.Select(name => $"{name}\n{values[name]!.GetValue<string>()}\n"));
        using var rsa = (key ?? _certificate).GetRSAPrivateKey()!;
        values["Signature"] = Convert.ToBase64String(rsa.SignData(Encoding.UTF8.GetBytes(text), version is "1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return Encoding.UTF8.GetBytes(values.ToJsonString());
    }

    private static byte[] Change(byte[] body, string name, string? value)
    {
        var values = JsonNode.Parse(body)!.AsObject();
        values.Remove(name);
        if (value is not null)
        {
            values[name] = value;
        }

        return Encoding.UTF8.GetBytes(values.ToJsonString());
    }
}
