using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class PaddleProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new PaddleProvider();

    protected override string ProofHeader => "Paddle-Signature";

    protected override string Secret => "pdl_ntfset_first_secret_of_these_tests";

    protected override IReadOnlyList<string> MalformedProofs =>
        ["ts", ";;", "ts=", "ts=1;", "ts=1x;h1=00", "ts=-5;h1=00", $"h1={new string('a', 64)}", $"ts=1;ts=2;h1={new string('a', 64)}", $"ts=1,h1={new string('a', 64)}", $"ts=1;h2={new string('a', 64)}"];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = $"ts={at.ToUnixTimeSeconds()};h1={Signature(body, secret, at)}";

    [Theory]
    [InlineData(-5, null)]
    [InlineData(-6, VerificationFailure.StaleTimestamp)]
    [InlineData(-86_400, VerificationFailure.StaleTimestamp)]
    [InlineData(6, null)]
    [InlineData(86_400, null)]
    public void Time_may_lie_five_seconds_in_the_past_or_in_the_future(int seconds, VerificationFailure? expected) =>
        Assert.Equal(expected, Verify(SignedRequest(Body, Secret, Now.AddSeconds(seconds)), Secret).Failure);

    [Fact]
    public void Tolerance_that_a_source_sets_counts()
    {
        var source = SourceWith(Secret) with { Tolerance = TimeSpan.FromSeconds(60) };

        Assert.True(Provider.Verify(SignedRequest(Body, Secret, Now.AddSeconds(-60)), source, Now).IsValid);
        Assert.Equal(VerificationFailure.StaleTimestamp, Provider.Verify(SignedRequest(Body, Secret, Now.AddSeconds(-61)), source, Now).Failure);
    }

    [Fact]
    public void Forged_request_is_refused_whenever_it_was_made() =>
        Assert.All([-86_400, -5, 0, 86_400], seconds => Assert.False(Verify(SignedRequest(Body, OtherSecret, Now.AddSeconds(seconds)), Secret).IsValid));

    [Fact]
    public void One_right_signature_among_several_is_enough()
    {
        var request = SignedRequest(Body, Secret);
        var (time, right) = (Now.ToUnixTimeSeconds(), Signature(Body, Secret, Now));

        Assert.All(new[] { $"ts={time};h1=dummy;h1={right}", $"ts={time}; h1={right}; h2=00", $"h1={right};ts={time}" }, header =>
        {
            request.Headers[ProofHeader] = header;
            Assert.True(Verify(request, Secret).IsValid, header);
        });
    }

    [Fact]
    public void Refund_is_one_event_whether_it_was_approved_at_once_or_later()
    {
        static string Adjustment(string type) =>
            $$$$"""{"event_id":"evt_1","event_type":"{{{{type}}}}","data":{"id":"adj_1","action":"refund","status":"approved","transaction_id":"txn_1","totals":{"total":"100"},"currency_code":"USD"}}""";

        Assert.Equal(Assert.Single(Read(Adjustment("adjustment.created")).Events).Key, Assert.Single(Read(Adjustment("adjustment.updated")).Events).Key);
    }

    [Fact]
    public void Start_of_a_trial_is_no_payment() =>
        Assert.Empty(Read("""{"event_id":"evt_1","event_type":"transaction.completed","data":{"id":"txn_1","origin":"web","currency_code":"USD","details":{"totals":{"grand_total":"0"}}}}""").Events);

    private static string Signature(byte[] body, string secret, DateTimeOffset at) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes($"{at.ToUnixTimeSeconds()}:"), .. body]));
}
