using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class LinearProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new LinearProvider();

    protected override string ProofHeader => "Linear-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        headers["Linear-Timestamp"] = Milliseconds(at);
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
    }

    [Theory]
    [InlineData(-60_000, null)]
    [InlineData(-60_001, VerificationFailure.StaleTimestamp)]
    [InlineData(60_000, null)]
    [InlineData(60_001, VerificationFailure.FutureTimestamp)]
    public void Time_of_the_body_may_be_a_minute_off(int milliseconds, VerificationFailure? expected)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"webhookTimestamp":{{Milliseconds(Now.AddMilliseconds(milliseconds))}}}""");

        Assert.Equal(expected, Verify(SignedRequest(body, Secret), Secret).Failure);
    }

    [Fact]
    public void Shorter_tolerance_of_the_source_counts()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"webhookTimestamp":{{Milliseconds(Now.AddSeconds(-11))}}}""");

        Assert.Equal(VerificationFailure.StaleTimestamp, Provider.Verify(SignedRequest(body, Secret), SourceWith(Secret) with { Tolerance = TimeSpan.FromSeconds(10) }, Now).Failure);
    }

    [Fact]
    public void Header_does_not_make_an_old_body_fresh()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"webhookTimestamp":{{Milliseconds(Now.AddDays(-1))}}}""");

        Assert.Equal(VerificationFailure.StaleTimestamp, Verify(SignedRequest(body, Secret), Secret).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(SignedRequest(body, OtherSecret), Secret).Failure);
    }

    [Fact]
    public void Without_any_time_nothing_is_accepted()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["Linear-Timestamp"] = "soon";
        Assert.Equal(VerificationFailure.MalformedHeader, Verify(request, Secret).Failure);

        request.Headers.Remove("Linear-Timestamp");
        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData("""{"completedAt":null}""", 1)]
    [InlineData("""{"canceledAt":null}""", 0)]
    [InlineData("""{"completedAt":"2026-03-14T10:00:00Z"}""", 0)]
    [InlineData("""{"title":"before"}""", 0)]
    public void Issue_is_closed_when_it_becomes_completed(string before, int events)
    {
        var webhook = Read($$$"""
            {"type":"Issue","action":"update","updatedFrom":{{{before}}},
             "data":{"identifier":"ENG-1","title":"t","team":{"key":"ENG"},"completedAt":"2026-03-14T15:00:00Z","canceledAt":null}}
            """);

        Assert.Equal(events, webhook.Events.Count);
    }

    private static string Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
