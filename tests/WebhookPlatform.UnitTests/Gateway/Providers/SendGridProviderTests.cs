using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class SendGridProviderTests : SigningProviderContract
{
    private static readonly ECDsa First = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa Second = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    protected override IWebhookProvider Provider { get; } = new SendGridProvider();

    protected override string ProofHeader => "X-Twilio-Email-Event-Webhook-Signature";

    protected override string Secret { get; } = Convert.ToBase64String(First.ExportSubjectPublicKeyInfo());

    protected override string OtherSecret { get; } = Convert.ToBase64String(Second.ExportSubjectPublicKeyInfo());

    protected override IReadOnlyList<string> MalformedProofs => ["no base64!", "=", new('A', 200)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        var key = string.Equals(secret, OtherSecret, StringComparison.Ordinal) ? Second : First;
        var time = $"{at.ToUnixTimeSeconds()}";
        headers["X-Twilio-Email-Event-Webhook-Timestamp"] = time;
        headers[ProofHeader] = Convert.ToBase64String(key.SignData([.. System.Text.Encoding.UTF8.GetBytes(time), .. body], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Theory]
    [InlineData("", VerificationFailure.MissingHeader)]
    [InlineData("1", VerificationFailure.SignatureMismatch)]
    [InlineData("111111111111111111111111111111111", VerificationFailure.MalformedHeader)]
    public void Timestamp_is_signed_as_it_stands(string timestamp, VerificationFailure expected)
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-Twilio-Email-Event-Webhook-Timestamp"] = timestamp;

        Assert.Equal(expected, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, VerificationFailure.StaleTimestamp)]
    [InlineData(3600, null)]
    public void What_was_signed_more_than_two_days_ago_is_refused(int seconds, VerificationFailure? expected) =>
        Assert.Equal(expected, Verify(SignedRequest(Body, Secret, Now - Provider.Tolerance + TimeSpan.FromSeconds(seconds)), Secret).Failure);

    [Fact]
    public void Ids_are_remembered_for_longer_than_a_signature_is_believed() =>
        Assert.InRange(Provider.Tolerance, TimeSpan.FromHours(1), TimeSpan.FromDays(Provider.Redelivery.RetryDays));

    [Theory]
    [InlineData("unused")]
    [InlineData("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE")]
    [InlineData("not base64 at all")]
    public void Key_that_is_none_is_told_and_accepts_nothing(string secret)
    {
        Assert.Contains(Provider.Validate(SourceWith(secret)), finding => finding.StartsWith("Secrets:0 is no verification key", StringComparison.Ordinal));
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(Body, Secret), secret).Failure);
    }

    [Fact]
    public void Key_of_another_curve_is_told()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Single(Provider.Validate(SourceWith(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()))));
    }

    [Fact]
    public void Item_is_one_event_in_whatever_batch_it_comes()
    {
        const string Item = """{"email":"a@example.com","timestamp":1773500966,"event":"delivered","sg_event_id":"e1","sg_message_id":"m1"}""";
        var alone = Read($"[{Item}]");
        var among = Read($$"""[{"event":"open","sg_event_id":"e0"},{{Item}},7,null]""");

        Assert.Equal((null, "delivered"), (alone.EventId, alone.EventType));
        Assert.Equal((null, "batch"), (among.EventId, among.EventType));
        Assert.Equal("e1", Assert.Single(alone.Events).Key);
        Assert.Equal("e1", Assert.Single(among.Events).Key);
    }

    [Theory]
    [InlineData("""{"event":"delivered","sg_event_id":"e1","sg_message_id":"m1"}""")]
    [InlineData("""[{"event":"delivered","sg_message_id":"m1"}]""")]
    [InlineData("""[{"event":"delivered","sg_event_id":"e1"}]""")]
    [InlineData("[]")]
    public void Item_without_ids_or_outside_an_array_gives_no_event(string body) => Assert.Empty(Read(body).Events);
}
