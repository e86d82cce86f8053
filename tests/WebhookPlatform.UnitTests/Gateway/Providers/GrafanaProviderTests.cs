using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class GrafanaProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new GrafanaProvider();

    protected override string ProofHeader => "X-Grafana-Alerting-Signature";

    protected override IReadOnlyList<string> MalformedProofs => ["zz", new('z', 64), "sha256=" + new string('a', 64)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Fact]
    public void Timestamp_header_has_to_be_a_header_name()
    {
        Assert.Empty(Provider.Validate(With("X-Sent-At")));
        Assert.Contains(Provider.Validate(With("X Sent At:")), finding => finding.Contains("TimestampHeader", StringComparison.Ordinal));

        Source With(string name) => SourceWith(Secret) with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["TimestampHeader"] = name } };
    }

    [Fact]
    public void One_bad_alert_does_not_lose_its_neighbours()
    {
        var webhook = Read("""
            {"status":"firing","alerts":[
              {"status":"firing","fingerprint":"a","startsAt":"2026-03-14T15:00:00Z","labels":{"alertname":"One"}},
              {"status":"firing","startsAt":"2026-03-14T15:00:00Z","labels":{"alertname":"No fingerprint"}}, 7, null, [],
              {"status":"firing","fingerprint":"b","startsAt":"soon","labels":{"alertname":"No start"}},
              {"status":"firing","fingerprint":"c","startsAt":"2026-03-14T15:00:00Z","labels":{}},
              {"status":"firing","fingerprint":"d","startsAt":"2026-03-14T15:00:00Z","annotations":{"summary":"Two"}}]}
            """);

        Assert.Equal((null, "firing"), (webhook.EventId, webhook.EventType));
        Assert.Equal(["a", "d"], webhook.Events.Select(draft => draft.Subject), StringComparer.Ordinal);
    }

    [Fact]
    public void Alert_is_one_event_in_whatever_group_and_zone_it_comes()
    {
        var first = Read("""{"alerts":[{"status":"firing","fingerprint":"a","startsAt":"2026-03-14T15:00:00Z","labels":{"alertname":"One"}}]}""");
        var again = Read("""
            {"alerts":[{"status":"resolved","fingerprint":"z","startsAt":"2026-03-14T14:00:00Z","labels":{"alertname":"Other"}},
                       {"status":"firing","fingerprint":"a","startsAt":"2026-03-14T16:00:00+01:00","labels":{"alertname":"One"}}]}
            """);

        Assert.Equal("batch", again.EventType);
        Assert.Equal((first.Events[0].Name, first.Events[0].Key), (again.Events[1].Name, again.Events[1].Key));
        Assert.NotEqual(again.Events[0].Key, again.Events[1].Key);
    }
}

/// <summary>A contact point with a timestamp header.</summary>
public sealed class GrafanaProviderTimestampTests : TimedProviderContract
{
    protected override IWebhookProvider Provider { get; } = new GrafanaProvider();

    protected override string ProofHeader => "X-Grafana-Alerting-Signature";

    protected override IReadOnlyList<string> MalformedProofs => ["zz"];

    protected override Source Configure(Source source) =>
        source with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["TimestampHeader"] = "X-Sent-At" } };

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp + ":"), .. body];
        headers["X-Sent-At"] = timestamp;
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }

    [Fact]
    public void Time_is_needed_and_has_to_be_a_number()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-Sent-At"] = "2026-03-14T15:09:26Z";
        Assert.Equal(VerificationFailure.MalformedHeader, Verify(request, Secret).Failure);

        request.Headers.Remove("X-Sent-At");
        Assert.Equal(VerificationFailure.MissingHeader, Verify(request, Secret).Failure);
    }
}
