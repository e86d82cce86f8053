using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class CalendlyProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new CalendlyProvider();

    protected override string ProofHeader => "Calendly-Webhook-Signature";

    protected override IReadOnlyList<string> MalformedProofs =>
    [
        "t=1773500966", "v1=" + new string('a', 64), "t=x,v1=" + new string('a', 64), "t=-1,v1=" + new string('a', 64), "t=1,t=1,v1=" + new string('a', 64), ",", "=",
        "t=1," + string.Join(',', Enumerable.Repeat("v1=" + new string('a', 64), 17)),
    ];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = $"t={at.ToUnixTimeSeconds()},v1={Signature(body, secret, at)}";

    [Theory]
    [InlineData(-180, null)]
    [InlineData(-181, VerificationFailure.StaleTimestamp)]
    [InlineData(180, null)]
    [InlineData(181, VerificationFailure.FutureTimestamp)]
    public void Time_may_differ_by_three_minutes_in_both_directions(int seconds, VerificationFailure? expected) =>
        Assert.Equal(expected, Verify(SignedRequest(Body, Secret, Now.AddSeconds(seconds)), Secret).Failure);

    [Fact]
    public void Tolerance_of_the_source_may_be_smaller()
    {
        var source = SourceWith(Secret) with { Tolerance = TimeSpan.FromSeconds(10) };

        Assert.True(Provider.Verify(SignedRequest(Body, Secret, Now.AddSeconds(-10)), source, Now).IsValid);
        Assert.Equal(VerificationFailure.StaleTimestamp, Provider.Verify(SignedRequest(Body, Secret, Now.AddSeconds(-11)), source, Now).Failure);
    }

    [Fact]
    public void Forged_old_request_is_a_mismatch_rather_than_stale() =>
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(Body, OtherSecret, Now.AddDays(-1)), Secret).Failure);

    [Fact]
    public void One_right_signature_of_several_is_enough()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = $"t={Now.ToUnixTimeSeconds()}, v0=zz, v1={new string('a', 64)}, v1={Signature(Body, Secret, Now)}";

        Assert.Equal(Verification.Valid(0), Verify(request, Secret));
    }

    [Fact]
    public void Other_version_alone_is_not_supported()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = $"t={Now.ToUnixTimeSeconds()},v0={Signature(Body, Secret, Now)}";

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Booking_that_two_subscriptions_tell_of_is_one_event()
    {
        const string Booking = """
            "event":"invitee.created","payload":{"uri":"https://api.calendly.com/scheduled_events/E1/invitees/I1","scheduled_event":{"uri":"https://api.calendly.com/scheduled_events/E1"}}}
            """;
        var first = Assert.Single(Read("""{"created_at":"2026-03-14T15:09:26.000000Z",""" + Booking).Events);
        var second = Assert.Single(Read("""{"created_at":"2026-03-14T15:09:27.000000Z",""" + Booking).Events);

        Assert.Equal(first.Key, second.Key);
        Assert.Equal("https://api.calendly.com/scheduled_events/E1", first.Subject);
    }

    private static string Signature(byte[] body, string secret, DateTimeOffset at) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}."), .. body]));
}
