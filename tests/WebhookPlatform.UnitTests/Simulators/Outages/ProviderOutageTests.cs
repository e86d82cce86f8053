using WebhookPlatform.Simulators.Outages;
using static WebhookPlatform.UnitTests.Simulators.Outages.Outage;

namespace WebhookPlatform.UnitTests.Simulators.Outages;

/// <summary>What particular providers' published rules mean for an outage.</summary>
public sealed class ProviderOutageTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(71)]
    public async Task Stripe_loses_nothing_in_an_outage_of_less_than_three_days(int hours)
    {
        var (report, _) = await RunAsync("stripe", TimeSpan.FromHours(hours));

        Assert.Equal(0, report.Lost);
        Assert.Equal(0, report.Pending);
        Assert.Equal(hours * 6, report.Late);
        Assert.Equal(report.Events, report.FirstTry + report.Late);
        Assert.True(report.NothingLost);
        Assert.True(report.LatenessMax > TimeSpan.FromHours(hours), "the first of the outage waited through all of it");
        Assert.True(report.CaughtUpAt > TimeSpan.FromHours(hours + 1));
    }

    [Fact]
    public async Task Stripes_last_retry_comes_three_days_after_the_event_and_then_it_is_lost()
    {
        var (report, seen) = await RunAsync(PolicyOf("stripe"), ReceiverScript.Parse("down"), rate: 0.01, lasting: TimeSpan.FromHours(99));

        Assert.Equal(1, report.Events);
        Assert.Equal(TimeSpan.FromDays(3), seen.TimesOf(0).Last());
        Assert.Equal(1, report.GivenUp);
        Assert.Equal(TimeSpan.FromDays(3), report.FirstLossAt);
        var gaps = seen.TimesOf(0).Zip(seen.TimesOf(0).Skip(1), (before, after) => after - before).ToList();
        Assert.True(gaps[0] < gaps[4] && gaps[4] < gaps[7], "the pauses grow");
    }

    [Fact]
    public async Task Stripe_loses_exactly_the_events_whose_three_days_end_in_a_longer_outage()
    {
        // From 1 h to 81 h: what happened before 9 h has its last retry before 81 h.
        var (report, _) = await RunAsync("stripe", TimeSpan.FromHours(80));

        Assert.Equal(8 * 6, report.Lost);
        Assert.Equal(report.Lost, report.GivenUp);
        Assert.Equal(Hour, report.LostFrom);
        Assert.Equal(TimeSpan.FromHours(9) - TenMinutes, report.LostUntil);
        Assert.Equal(TimeSpan.FromHours(73), report.FirstLossAt);
        Assert.Equal(72 * 6, report.Late);
        Assert.Equal(0, report.Pending);
    }

    [Fact]
    public async Task GitHub_never_tries_again_and_loses_everything_of_an_outage()
    {
        var (report, _) = await RunAsync("github", TimeSpan.FromHours(3));

        Assert.Equal(18, report.Lost);
        Assert.Equal(0, report.Late);
        Assert.Equal(0, report.Retries);
        Assert.Equal(report.Events, report.Attempts);
        Assert.Equal((Hour, Hour + TimeSpan.FromHours(3) - TenMinutes), (report.LostFrom, report.LostUntil));
        Assert.Null(report.DisabledAt);
    }

    [Fact]
    public async Task Shopify_loses_nothing_in_an_outage_of_less_than_four_hours()
    {
        var (report, seen) = await RunAsync("shopify", TimeSpan.FromMinutes(239));

        Assert.Equal(0, report.Lost);
        Assert.Null(report.DisabledAt);
        Assert.Equal(Hour + TimeSpan.FromHours(4), seen.TimesOf(6).Last());
    }

    [Fact]
    public async Task Shopify_removes_the_subscription_when_eight_retries_within_four_hours_failed()
    {
        var (report, seen) = await RunAsync("shopify", TimeSpan.FromMinutes(241));

        Assert.Equal(9, seen.TimesOf(6).Count());
        Assert.Equal(Hour + TimeSpan.FromHours(4), report.DisabledAt);
        Assert.Equal(1, report.GivenUp);
        Assert.Equal(report.Events - 6, report.Lost);
        Assert.Equal(report.Lost - 1, report.EndpointOff);
        Assert.DoesNotContain(seen.Attempts, attempt => attempt.Attempt.At > report.DisabledAt);
    }

    [Fact]
    public async Task Shopify_keeps_the_subscription_when_only_one_event_is_always_refused()
    {
        var receiver = new FunctionReceiver((attempt, _) => attempt.Event == 3 ? ReceiverBehaviour.Answering(500) : ReceiverBehaviour.Up);

        var report = await RunAsync(PolicyOf("shopify"), receiver, rate: 6, TimeSpan.FromHours(8));

        Assert.Null(report.DisabledAt);
        Assert.Equal(1, report.Lost);
    }

    [Theory]
    [InlineData(94, false)]
    [InlineData(97, true)]
    [InlineData(100, true)]
    public async Task Slack_turns_the_endpoint_off_when_more_than_95_percent_of_an_hours_attempts_fail(int percent, bool isTurnedOff)
    {
        // One of each hundred attempts after another, so that no stretch of them fails more than its share; a share that
        // lasts from the beginning, and more than a thousand events an hour.
        var receiver = new FunctionReceiver((_, count) => (count * 37) % 100 < percent ? ReceiverBehaviour.Answering(500) : ReceiverBehaviour.Up);

        var report = await RunAsync(PolicyOf("slack"), receiver, rate: 1200, TimeSpan.FromHours(3));

        Assert.Equal(isTurnedOff, report.DisabledAt is not null);
        Assert.Equal(isTurnedOff, report.EndpointOff > 0);
        if (report.DisabledAt is { } at)
        {
            // The thousandth event happens after 49 min 57 s.
            Assert.InRange(at, TimeSpan.FromMinutes(49), TimeSpan.FromMinutes(51));
        }
    }

    [Fact]
    public void Exactly_the_share_is_still_tolerated_and_what_is_older_than_the_window_is_forgotten()
    {
        var monitor = new FailureShareRule(0.95, Hour, 20).Watch();
        Disablement? At(double minutes, bool isDelivered) => monitor.Observe(new AttemptOutcome(TimeSpan.FromMinutes(minutes), isDelivered, 1, IsLast: true, TimeSpan.Zero));

        Assert.Null(At(0, isDelivered: true));
        Assert.All(Enumerable.Range(1, 19), minute => Assert.Null(At(minute, isDelivered: false)));
        Assert.NotNull(At(20, isDelivered: false));
        Assert.Null(At(75, isDelivered: false));
    }

    [Fact]
    public async Task Slack_leaves_apps_with_fewer_than_a_thousand_events_an_hour_alone()
    {
        var (few, _) = await RunAsync(PolicyOf("slack"), ReceiverScript.Parse("down"), rate: 990, lasting: TimeSpan.FromHours(4));
        var (many, _) = await RunAsync(PolicyOf("slack"), ReceiverScript.Parse("down"), rate: 1010, lasting: TimeSpan.FromHours(4));

        Assert.Null(few.DisabledAt);
        Assert.NotNull(many.DisabledAt);
    }

    [Fact]
    public async Task Slack_bears_with_half_an_hour_of_outage()
    {
        var (report, _) = await RunAsync("slack", TimeSpan.FromMinutes(30), rate: 1200);

        Assert.Null(report.DisabledAt);
        Assert.True(report.Lost > 0, "six minutes of retries do not outlast half an hour");
    }

    [Fact]
    public async Task Slow_answers_are_delivered_again_and_make_duplicates()
    {
        var (report, seen) = await RunAsync("stripe", TimeSpan.FromMinutes(30), ReceiverBehaviour.Slow(TimeSpan.FromSeconds(20)), rate: 60);

        Assert.Equal(0, report.Lost);
        Assert.Equal(report.Events, report.FirstTry);
        Assert.True(report.Retries >= 30);
        Assert.Equal(report.Retries, report.Duplicates);
        Assert.All(seen.Attempts, attempt => Assert.True(attempt.Result.IsTaken));
    }

    [Fact]
    public async Task Slow_answers_within_the_timeout_do_no_harm()
    {
        var (report, _) = await RunAsync("github", TimeSpan.FromMinutes(30), ReceiverBehaviour.Slow(TimeSpan.FromSeconds(9.9)), rate: 60);

        Assert.Equal((0, 0, 0), (report.Duplicates, report.FailedAttempts, report.Unacknowledged));
    }

    [Fact]
    public async Task A_provider_that_never_retries_holds_slow_deliveries_for_failed_although_they_arrived()
    {
        var (report, _) = await RunAsync("github", TimeSpan.FromMinutes(30), ReceiverBehaviour.Slow(TimeSpan.FromSeconds(20)), rate: 60);

        Assert.Equal((0, 0, 30), (report.Lost, report.Duplicates, report.Unacknowledged));
    }

    [Fact]
    public async Task Adyen_holds_the_line_during_an_outage_and_delivers_in_order_after_it()
    {
        var (report, seen) = await RunAsync("adyen", TimeSpan.FromHours(30));

        var taken = seen.Attempts.Where(attempt => attempt.Result.IsTaken).Select(attempt => attempt.Attempt.Event).ToList();
        Assert.Equal(Enumerable.Range(0, report.Events), taken);
        Assert.Equal(0, report.Lost);
        var waiting = seen.Attempts.Where(attempt => !attempt.Result.IsTaken).Select(attempt => attempt.Attempt.Event).Distinct();
        Assert.Equal([6], waiting);
    }

    [Fact]
    public async Task GitLab_pauses_after_four_failures_and_sends_again_by_itself()
    {
        var (report, _) = await RunAsync("gitlab", TimeSpan.FromHours(2), rate: 60);

        Assert.Null(report.DisabledAt);
        Assert.True(report.Pauses > 2);
        Assert.True(report.EndpointOff > report.GivenUp, "most were not even tried");
        Assert.True(report.LostUntil > Hour + TimeSpan.FromHours(2), "the last pause outlasts the outage");
        Assert.True(report.Events - 1 > report.LostUntil / TimeSpan.FromMinutes(1), "and then events come in again");
    }

    [Fact]
    public async Task GitLab_turns_the_webhook_off_after_forty_failures_in_a_row()
    {
        var (report, seen) = await RunAsync(PolicyOf("gitlab"), ReceiverScript.Parse("status 404"), rate: 60, lasting: TimeSpan.FromDays(60));

        Assert.Equal(40, seen.Attempts.Count);
        Assert.InRange(report.DisabledAt!.Value - seen.Attempts[^1].Attempt.At, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task WooCommerce_turns_the_webhook_off_at_the_sixth_failure_in_a_row()
    {
        var (five, _) = await RunAsync("woocommerce", TimeSpan.FromMinutes(50));
        var (six, _) = await RunAsync("woocommerce", TimeSpan.FromMinutes(60));

        Assert.Equal((5, null), (five.Lost, five.DisabledAt));
        Assert.Equal(TimeSpan.FromMinutes(110), six.DisabledAt);
    }

    [Theory]
    [InlineData("razorpay", 24)]
    [InlineData("xero", 24)]
    [InlineData("calendly", 24)]
    [InlineData("intercom", 7 * 24)]
    [InlineData("standard-webhooks", 120)]
    [InlineData("square", 21 * 24)]
    public async Task Providers_turn_an_endpoint_off_that_has_failed_for_their_limit(string provider, int hours)
    {
        var (shorter, _) = await RunAsync(provider, TimeSpan.FromHours(hours) - TenMinutes);
        var (longer, _) = await RunAsync(provider, TimeSpan.FromHours(hours + 1));

        Assert.Null(shorter.DisabledAt);
        Assert.InRange(longer.DisabledAt!.Value, TimeSpan.FromHours(hours + 1), TimeSpan.FromHours(hours + 1) + TenMinutes);
    }

    [Fact]
    public async Task Bitbucket_tries_again_after_a_5xx_and_only_then()
    {
        var (away, _) = await RunAsync("bitbucket", Hour);
        var (broken, _) = await RunAsync("bitbucket", Hour, ReceiverBehaviour.Answering(503));
        var (refusing, _) = await RunAsync("bitbucket", Hour, ReceiverBehaviour.Answering(404));

        Assert.Equal((6, 6, 0), (away.Lost, away.Refused, away.Retries));
        Assert.Equal((6, 6, 12), (broken.Lost, broken.GivenUp, broken.Retries));
        Assert.Equal((6, 6, 0), (refusing.Lost, refusing.Refused, refusing.Retries));
    }

    [Theory]
    [InlineData("mailgun", 406)]
    [InlineData("azure-event-grid", 401)]
    [InlineData("aws-sns", 404)]
    [InlineData("okta", 400)]
    [InlineData("jira", 404)]
    [InlineData("sentry", 404)]
    public async Task Some_answers_are_final(string provider, int status)
    {
        var (report, _) = await RunAsync(provider, Hour, ReceiverBehaviour.Answering(status));

        Assert.Equal((6, 0), (report.Refused, report.Retries));
    }

    [Fact]
    public async Task Of_an_unknown_provider_the_least_is_assumed()
    {
        var (report, _) = await RunAsync(DeliveryPolicies.For("npm"), ReceiverScript.Outage(Hour, Hour, ReceiverBehaviour.Down));

        Assert.False(report.IsPolicyKnown);
        Assert.Equal((6, 0), (report.Lost, report.Retries));
    }
}
