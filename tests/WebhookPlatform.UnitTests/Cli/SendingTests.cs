using WebhookPlatform.Cli;
using WebhookPlatform.Cli.Sending;
using WebhookPlatform.Simulators;
using WebhookPlatform.UnitTests.Simulators;

namespace WebhookPlatform.UnitTests.Cli;

public sealed class SendingTests
{
    [Theory]
    [InlineData(50, 50)]
    [InlineData(95, 95)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    [InlineData(0.5, 1)]
    [InlineData(99.1, 100)]
    public void A_percentile_is_the_value_at_the_nearest_rank(double percent, double expected)
    {
        var latencies = new Latencies();
        foreach (var milliseconds in Enumerable.Range(1, 100).Reverse())
        {
            latencies.Add(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.Equal(expected, latencies.Percentile(percent));
    }

    [Fact]
    public void Percentiles_of_few_values_are_values_that_occurred()
    {
        var latencies = new Latencies();
        Assert.Equal(new LatencySummary(0, 0, 0, 0), latencies.Summarize());

        latencies.Add(TimeSpan.FromMilliseconds(7));
        Assert.Equal(new LatencySummary(7, 7, 7, 7), latencies.Summarize());

        latencies.Add(TimeSpan.FromMilliseconds(3));
        Assert.Equal(new LatencySummary(3, 7, 7, 7), latencies.Summarize());
        Assert.Throws<ArgumentOutOfRangeException>(() => latencies.Percentile(0));
    }

    [Theory]
    [InlineData(0, 1000, 0)]
    [InlineData(0.1, 10, 1)]
    [InlineData(0.1, 12_000, 1200)]
    [InlineData(1d / 3, 900, 300)]
    [InlineData(0.5, 1000, 500)]
    [InlineData(1, 1000, 999)]
    public void Duplicates_make_up_their_share_exactly_and_never_come_first(double ratio, int count, int expected)
    {
        var plan = new DuplicatePlan(ratio);
        Assert.False(plan.Next());

        Assert.Equal(expected, Enumerable.Range(1, count - 1).Count(_ => plan.Next()));
    }

    [Fact]
    public void Duplicates_are_spread_over_the_run()
    {
        var plan = new DuplicatePlan(0.2);
        var repeats = Enumerable.Range(0, 100).Select(_ => plan.Next()).ToList();

        Assert.All(repeats.Chunk(5), chunk => Assert.Single(chunk, isRepeat => isRepeat));
    }

    [Fact]
    public void A_repeat_has_the_id_and_body_of_an_earlier_webhook()
    {
        var simulator = SimulatorCatalog.Find("github")!;
        var requests = new RequestSequence(simulator, Simulation.Context("github", seed: 2), EventChoice.Parse(simulator, "random"), 0.3);
        var earlier = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var repeats = 0;
        for (var number = 0; number < 1000; number++)
        {
            var (request, isRepeat) = requests.Next();
            if (isRepeat)
            {
                Assert.Equal(earlier[request.EventId], request.Body);
                repeats++;
            }
            else
            {
                Assert.True(earlier.TryAdd(request.EventId, request.Body));
            }
        }

        Assert.Equal(300, repeats);
    }

    [Fact]
    public void Random_leaves_handshakes_out_and_all_takes_each_in_turn()
    {
        var simulator = SimulatorCatalog.Find("slack")!;
        var random = EventChoice.Parse(simulator, "random");
        var all = EventChoice.Parse(simulator, "ALL");
        var context = Simulation.Context("slack", seed: 1);

        var drawn = Enumerable.Range(0, 200).Select(_ => random(context)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(["message", "slash_command"], drawn.Order(StringComparer.Ordinal));
        Assert.Equal(["message", "slash_command", "url_verification", "message"], Enumerable.Range(0, 4).Select(_ => all(context)));
    }

    [Fact]
    public void In_a_story_a_refund_is_never_told_before_there_is_a_payment()
    {
        var simulator = SimulatorCatalog.Find("razorpay")!;
        var choose = EventChoice.Parse(simulator, "random");
        var story = new Story();
        var context = Simulation.Context("razorpay", seed: 9, story);
        var refunds = 0;
        for (var number = 0; number < 500; number++)
        {
            var hadOpening = story.HasOpening;
            var chosen = choose(context);
            simulator.Create(chosen, context);
            if (chosen == "refund.processed")
            {
                Assert.True(hadOpening);
                refunds++;
            }
        }

        Assert.InRange(refunds, 20, 250);
    }

    [Fact]
    public void Sources_are_read_from_the_environment_whatever_the_case()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SOURCES__shop__PROVIDER"] = "hmac",
            ["Sources__shop__Secrets__1"] = "old",
            ["Sources__shop__Secrets__0"] = "new",
            ["Sources__shop__Header"] = "X-Shop",
            ["Sources__pay-eu__Provider"] = "stripe",
            ["Sources__pay-eu__Secrets__0"] = "whsec_1",
            ["Sources__empty__Provider"] = "",
            ["Sourcesshop"] = "x",
        };

        Assert.Equal([new("pay-eu", "stripe", "whsec_1", null), new("shop", "hmac", "new", "X-Shop")], SourceSettings.Read(variables));
        Assert.Equal("pay-eu", SourceSettings.Choose(variables, "stripe", null).Name);
        Assert.Equal("shop", SourceSettings.Choose(variables, "hmac", "SHOP").Name);
        Assert.Equal(new SourceSettings("other", "stripe", null, null), SourceSettings.Choose(variables, "stripe", "other"));
    }
}
