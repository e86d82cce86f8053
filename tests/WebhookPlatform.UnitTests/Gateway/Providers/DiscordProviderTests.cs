using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Org.BouncyCastle.Math.EC.Rfc8032;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class DiscordProviderTests : SigningProviderContract
{
    private static readonly byte[] First = SHA256.HashData("first private key of these tests"u8);
    private static readonly byte[] Second = SHA256.HashData("second private key of these tests"u8);

    protected override IWebhookProvider Provider { get; } = new DiscordProvider();

    protected override string ProofHeader => "X-Signature-Ed25519";

    protected override string Secret { get; } = PublicKeyOf(First);

    protected override string OtherSecret { get; } = PublicKeyOf(Second);

    protected override IReadOnlyList<string> MalformedProofs => ["no hex", new('a', 127), new('g', 128), new('a', 130)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        var time = $"{at.ToUnixTimeSeconds()}";
        byte[] signed = [.. Encoding.UTF8.GetBytes(time), .. body];
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(string.Equals(secret, OtherSecret, StringComparison.Ordinal) ? Second : First, 0, signed, 0, signed.Length, signature, 0);
        headers["X-Signature-Timestamp"] = time;
        headers[ProofHeader] = Convert.ToHexStringLower(signature);
    }

    [Fact]
    public void Time_is_signed()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-Signature-Timestamp"] = "1";

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, VerificationFailure.StaleTimestamp)]
    [InlineData(3600, null)]
    public void What_was_signed_more_than_a_day_ago_is_refused(int seconds, VerificationFailure? expected) =>
        Assert.Equal(expected, Verify(SignedRequest(Body, Secret, Now - Provider.Tolerance + TimeSpan.FromSeconds(seconds)), Secret).Failure);

    [Fact]
    public void Ids_are_remembered_for_longer_than_a_signature_is_believed() =>
        Assert.InRange(Provider.Tolerance, TimeSpan.FromHours(1), TimeSpan.FromDays(Provider.Redelivery.RetryDays));

    [Theory]
    [InlineData("unused")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void Key_that_is_none_is_told_and_accepts_nothing(string secret)
    {
        Assert.Contains(Provider.Validate(SourceWith(secret)), finding => finding.StartsWith("Secrets:0 is no public key", StringComparison.Ordinal));
        Assert.False(Verify(SignedRequest(Body, Secret), secret).IsValid);
    }

    [Theory]
    [InlineData("""{"id":"1","token":"t","type":1}""", 200, """{"type":1}""")]
    [InlineData("""{"application_id":"1","type":0}""", 204, "")]
    public void Pings_are_answered_each_in_its_way(string body, int status, string answer)
    {
        var pong = Provider.AnswerSigned(Request(body), SourceWith(Secret));

        Assert.Equal((status, answer), (pong!.StatusCode, pong.Body));
        Assert.Contains("application/json", pong.Headers.Select(header => header.Value).Append(pong.ContentType));
    }

    [Fact]
    public void Event_of_type_one_is_no_ping()
    {
        var request = Request("""{"application_id":"1","type":1,"event":{"type":"ENTITLEMENT_CREATE","timestamp":"2026-03-14T15:09:26Z"}}""");

        Assert.Null(Provider.AnswerSigned(request, SourceWith(Secret)));
        Assert.Equal(204, Provider.AnswerAccepted(request, SourceWith(Secret))!.StatusCode);
        var webhook = Provider.Read(request, SourceWith(Secret));
        Assert.Equal((null, "ENTITLEMENT_CREATE", Now), (webhook.EventId, webhook.EventType, webhook.OccurredAt));
    }

    [Theory]
    [InlineData("""{"id":"1","token":"t","type":2}""", """{"type":5}""")]
    [InlineData("""{"id":"1","token":"t","type":3}""", """{"type":6}""")]
    [InlineData("""{"id":"1","token":"t","type":4}""", """{"type":8,"data":{"choices":[]}}""")]
    [InlineData("""{"id":"1","token":"t","type":5}""", """{"type":5}""")]
    [InlineData("""{"id":"1","token":"t","type":5,"message":{"id":"2"}}""", """{"type":6}""")]
    public void Interaction_is_answered_as_deferred(string body, string answer) =>
        Assert.Equal(new HandshakeResponse(200, "application/json", answer) with { Headers = [] }, Provider.AnswerAccepted(Request(body), SourceWith(Secret))! with { Headers = [] });

    [Fact]
    public void Typed_command_reads_as_it_was_typed_however_deep_its_options_go()
    {
        var webhook = Read("""
            {"id":"1","token":"t","type":2,"channel_id":"9","data":{"type":1,"name":"a","options":[{"name":"b","options":[{"name":"c","options":[{"name":"d","value":1,"options":[]},{"name":"e","options":[{"name":"f"}]}]}]}]}}
            """);
        var message = (MessageReceived)webhook.Events[0].Create(new EventMetadata(Guid.Empty, Now, Now, "s", "discord", "1", Guid.Empty, "9"));

        Assert.Equal("/a b c d:1 e", message.Text);
        Assert.Equal("9", message.Conversation);
    }

    private static RawRequest Request(string body) => new("POST", "", new HeaderDictionary { ["Content-Type"] = "application/json" }, Encoding.UTF8.GetBytes(body));

    private static string PublicKeyOf(byte[] privateKey)
    {
        var key = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(privateKey, 0, key, 0);
        return Convert.ToHexStringLower(key);
    }
}
