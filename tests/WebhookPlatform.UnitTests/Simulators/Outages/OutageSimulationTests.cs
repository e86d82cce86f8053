using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Simulators.Outages;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.UnitTests.Simulators.Outages;

public sealed class OutageSimulationTests
{
    [Fact]
    public async Task Virtual_time_passes_no_faster_than_the_pace()
    {
        var real = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var receivedAt = new List<(TimeSpan Virtual, TimeSpan Real)>();
        var receiver = new FunctionReceiver((attempt, _) =>
        {
            receivedAt.Add((attempt.At, real.GetUtcNow() - DateTimeOffset.UnixEpoch));
            return ReceiverBehaviour.Up;
        });
        var simulation = new OutageSimulation(new OutagePlan(DeliveryPolicies.For("github"), 60, TimeSpan.FromMinutes(30)), receiver, new Pace(60, real), DateTimeOffset.UnixEpoch);

        var running = simulation.RunAsync(TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted, "it waits");
        await Eventually.IsTrue(() =>
        {
            real.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(running.IsCompleted);
        });

        Assert.Equal(30, (await running).FirstTry);
        Assert.All(receivedAt, at => Assert.True(at.Real >= at.Virtual / 60, "one event a minute at sixty times the speed: at most one a second"));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMinutes(30), simulation.Clock.GetUtcNow());
    }

    [Fact]
    public async Task An_interrupted_simulation_reports_what_happened_until_then()
    {
        using var stop = new CancellationTokenSource();
        var receiver = new FunctionReceiver((attempt, _) =>
        {
            if (attempt.Event == 9)
            {
                stop.Cancel();
            }

            return ReceiverBehaviour.Down;
        });

        var report = await new OutageSimulation(new OutagePlan(DeliveryPolicies.For("stripe"), 60, TimeSpan.FromHours(5)), receiver).RunAsync(stop.Token);

        Assert.True(report.EndedEarly);
        Assert.Equal((10, 10, TimeSpan.FromMinutes(9)), (report.Events, report.Pending, report.Simulated));
    }

    [Fact]
    public async Task A_receiver_that_recognizes_a_retry_had_taken_the_attempt_that_timed_out()
    {
        var report = await Outage.RunAsync(DeliveryPolicies.For("slack"), new Recognizing(), rate: 1, TimeSpan.FromHours(1));

        Assert.Equal((1, 1, 1, 1), (report.Events, report.Received, report.Duplicates, report.Recognized));
    }

    [Fact]
    public async Task Json_has_times_in_seconds()
    {
        var (report, _) = await Outage.RunAsync("stripe", TimeSpan.FromHours(80));

        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Equal("stripe", json.RootElement.At("provider").GetString());
        Assert.Equal(3600, json.RootElement.At("lostFromSeconds").GetDouble());
        Assert.Equal(report.Lost, json.RootElement.At("lost").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.RootElement.At("disabledAtSeconds").ValueKind);
        Assert.Equal(report.Steps.Count, json.RootElement.At("steps").GetArrayLength());
        Assert.Equal(report.StepLength.TotalSeconds, json.RootElement.At("steps.1.atSeconds").GetDouble());
        Assert.False(json.RootElement.At("nothingLost").GetBoolean());
    }

    [Theory]
    [InlineData(0, 1, "rate")]
    [InlineData(double.NaN, 1, "rate")]
    [InlineData(1e9, 1, "rate")]
    [InlineData(60, 0, "time")]
    [InlineData(60, 24 * 4000, "time")]
    [InlineData(3_000_000, 5, "at most 1,000,000")]
    public void A_plan_out_of_bounds_is_refused_in_words(double rate, double hours, string word)
    {
        var exception = Assert.Throws<ArgumentException>(() => new OutageSimulation(
            new OutagePlan(DeliveryPolicies.For("stripe"), rate, TimeSpan.FromHours(hours)), new ScriptedReceiver(ReceiverScript.AlwaysUp, new Random())));

        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_policy_is_of_a_provider_of_the_gateway_and_cites_its_source()
    {
        Assert.Equal(DeliveryPolicies.All.Count, DeliveryPolicies.All.Select(policy => policy.Provider).Distinct(StringComparer.Ordinal).Count());
        Assert.All(DeliveryPolicies.All, policy =>
        {
            Assert.Contains(ProviderCatalog.All, provider => provider.Name == policy.Provider);
            Assert.NotEmpty(policy.Sources);
            Assert.All(policy.Sources, source => Assert.Equal(Uri.UriSchemeHttps, source.Scheme));
            Assert.True(policy.Timeout > TimeSpan.Zero);
            Assert.True(!policy.Unpublished.HasFlag(UnpublishedFacts.Timeout) || policy.Timeout == DeliveryPolicy.AssumedTimeout, "what is assumed is the same everywhere");
            Assert.True(policy.Accepts.Matches(200), "the gateway answers 200");
            Assert.True(policy.Retries.Horizon is null || policy.Retries.LastRetry <= policy.Retries.Horizon);
        });
        Assert.Equal("stripe", DeliveryPolicies.For("STRIPE").Provider);
    }

    private sealed class Recognizing : IWebhookReceiver
    {
        public ValueTask<AttemptResult> ReceiveAsync(Attempt attempt, CancellationToken cancellationToken) => ValueTask.FromResult(
            attempt.Number == 1 ? new AttemptResult(null, TimeSpan.FromSeconds(10), IsTaken: false) : new AttemptResult(200, TimeSpan.FromMilliseconds(5), IsTaken: true, IsRecognized: true));
    }
}
