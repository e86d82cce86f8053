using WebhookPlatform.Simulators.Outages;
using static WebhookPlatform.UnitTests.Simulators.Outages.Outage;

namespace WebhookPlatform.UnitTests.Simulators.Outages;

/// <summary>Rules by which single providers retry, pause an endpoint or turn it off.</summary>
public sealed class ProviderRuleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Mollie_tries_ten_times_in_26_hours_at_the_times_it_publishes()
    {
        var (report, seen) = await RunAsync(PolicyOf("mollie"), ReceiverScript.Parse("down"), rate: 0.01, lasting: TimeSpan.FromHours(99));

        double[] minutes = [0, 1, 3, 7, 15, 31, 60, 120, 240, 26 * 60];
        Assert.Equal(minutes.Select(TimeSpan.FromMinutes), seen.TimesOf(0));
        Assert.Equal((1, TimeSpan.FromHours(26)), (report.GivenUp, report.FirstLossAt));
    }

    [Theory]
    [InlineData("mollie", 15)]
    [InlineData("gitea", 5)]
    [InlineData("pagerduty", 5)]
    [InlineData("sentry", 1)]
    [InlineData("discord", 3)]
    [InlineData("intercom", 5)]
    [InlineData("typeform", 30)]
    [InlineData("dropbox", 10)]
    [InlineData("microsoft-graph", 10)]
    public async Task An_answer_is_waited_for_as_long_as_the_provider_says(string provider, double seconds)
    {
        var (within, _) = await RunAsync(provider, TimeSpan.FromMinutes(30), ReceiverBehaviour.Slow(TimeSpan.FromSeconds(seconds - 0.1)));
        var (late, _) = await RunAsync(provider, TimeSpan.FromMinutes(30), ReceiverBehaviour.Slow(TimeSpan.FromSeconds(seconds + 0.1)));

        Assert.Equal(0, within.FailedAttempts);
        Assert.True(late.FailedAttempts >= 3);
    }

    [Theory]
    [InlineData("mollie", 202)]
    [InlineData("meta", 202)]
    [InlineData("intercom", 202)]
    [InlineData("dropbox", 202)]
    [InlineData("azure-event-grid", 206)]
    public async Task Not_every_2xx_is_taken_for_success(string provider, int status)
    {
        var (report, _) = await RunAsync(provider, Hour, ReceiverBehaviour.Answering(status));

        Assert.True(report.FailedAttempts >= 6);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Typeform_turns_a_webhook_off_that_is_said_to_be_gone(int status)
    {
        var (report, seen) = await RunAsync("typeform", Hour, ReceiverBehaviour.Answering(status));

        Assert.InRange(report.DisabledAt!.Value, Hour, Hour + Minute);
        Assert.Equal(7, seen.Attempts.Count);
    }

    [Fact]
    public async Task Typeform_tries_five_more_times_after_another_failure()
    {
        var (report, seen) = await RunAsync("typeform", TimeSpan.FromHours(12));

        Assert.Null(report.DisabledAt);
        double[] minutes = [0, 5, 15, 35, 95, 215];
        Assert.Equal(minutes.Select(TimeSpan.FromMinutes), seen.TimesOf(6).Select(at => at - Hour));
    }

    [Fact]
    public async Task Sentry_unsubscribes_at_the_thousandth_timeout_of_a_day()
    {
        var (few, _) = await RunAsync(PolicyOf("sentry"), ReceiverScript.Parse("slow 2s"), rate: 10, lasting: TimeSpan.FromDays(3));
        var (many, seen) = await RunAsync(PolicyOf("sentry"), ReceiverScript.Parse("slow 2s"), rate: 11, lasting: TimeSpan.FromDays(3));

        // Four attempts at each event: 960 and 1,056 a day.
        Assert.Null(few.DisabledAt);
        Assert.InRange(many.DisabledAt!.Value, TimeSpan.FromHours(22), TimeSpan.FromHours(24));
        Assert.Equal(1000, seen.Attempts.Count);
    }

    [Fact]
    public async Task Sentry_does_not_unsubscribe_an_endpoint_that_answers_with_errors()
    {
        var (report, _) = await RunAsync(PolicyOf("sentry"), ReceiverScript.Parse("status 500"), rate: 60, lasting: TimeSpan.FromDays(2));

        Assert.Null(report.DisabledAt);
        Assert.True(report.FailedAttempts > 4000);
    }

    [Fact]
    public async Task PagerDuty_pauses_for_a_day_when_three_in_a_row_were_given_up()
    {
        var (report, seen) = await RunAsync(PolicyOf("pagerduty"), ReceiverScript.Parse("30m status 400"), rate: 6, lasting: TimeSpan.FromHours(30));

        // At 0, 10 and 20 minutes; then nothing for a day.
        Assert.Equal(1, report.Pauses);
        Assert.Equal(3, report.Refused);
        Assert.Equal([0, 1, 2], seen.Attempts.Select(attempt => attempt.Attempt.Event).Take(3));
        Assert.InRange(seen.Attempts[3].Attempt.At, TimeSpan.FromHours(24.3), TimeSpan.FromHours(24.7));
        Assert.Null(report.DisabledAt);
    }

    [Fact]
    public async Task PagerDuty_loses_nothing_in_an_outage_of_less_than_two_days()
    {
        var (report, _) = await RunAsync("pagerduty", TimeSpan.FromHours(47));

        Assert.True(report.NothingLost);
        Assert.Equal(0, report.Pauses);
    }

    [Fact]
    public void A_delivery_between_them_spares_the_endpoint()
    {
        var monitor = new GivenUpRule(3, Hour).Watch();
        Disablement? At(int minute, bool isDelivered) => monitor.Observe(new AttemptOutcome(TimeSpan.FromMinutes(minute), isDelivered, 1, IsLast: true, TimeSpan.Zero));

        Assert.Null(At(0, isDelivered: false));
        Assert.Null(At(1, isDelivered: false));
        Assert.Null(At(2, isDelivered: true));
        Assert.Null(At(3, isDelivered: false));
        Assert.Null(At(4, isDelivered: false));
        Assert.Equal(TimeSpan.FromMinutes(65), At(5, isDelivered: false)?.Until);
    }

    [Fact]
    public async Task Intercom_pauses_for_a_quarter_of_an_hour_after_a_thousand_failures_in_a_row()
    {
        var (few, _) = await RunAsync(PolicyOf("intercom"), ReceiverScript.Parse("2h status 500"), rate: 3900, lasting: TimeSpan.FromHours(3));
        var (many, _) = await RunAsync(PolicyOf("intercom"), ReceiverScript.Parse("2h status 500"), rate: 4100, lasting: TimeSpan.FromHours(3));

        Assert.Equal(0, few.Pauses);
        Assert.InRange(many.Pauses, 3, 5);
        Assert.Null(many.DisabledAt);
        Assert.True(many.FirstTry > 0, "afterwards it sends as before");
    }

    [Theory]
    [InlineData("14%", false)]
    [InlineData("17%", true)]
    public async Task Graph_drops_what_is_new_for_ten_minutes_when_more_than_15_percent_are_slow(string share, bool isPaused)
    {
        // One of each hundred attempts after another, so that no stretch of them is slower than its share.
        var percent = int.Parse(share.TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture);
        var receiver = new FunctionReceiver((attempt, count) => count > 200 && attempt.Number == 1 && (count * 37) % 100 < percent ? ReceiverBehaviour.Slow(TimeSpan.FromSeconds(11)) : ReceiverBehaviour.Up);

        var report = await RunAsync(PolicyOf("microsoft-graph") with { Retries = RetrySchedule.None }, receiver, rate: 3000, TimeSpan.FromHours(2));

        Assert.Equal(isPaused, report.Pauses > 0);
        Assert.Equal(isPaused, report.EndpointOff > 0);
    }

    [Theory]
    [InlineData("grafana")]
    [InlineData("alertmanager")]
    public async Task Alerts_come_late_however_long_the_outage_lasts(string provider)
    {
        var (report, _) = await RunAsync(provider, TimeSpan.FromDays(5), rate: 1);

        Assert.True(report.NothingLost);
        Assert.InRange(report.CaughtUpAt!.Value, Hour + TimeSpan.FromDays(5), Hour + TimeSpan.FromDays(5) + TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData("discord", 10)]
    [InlineData("dropbox", 10)]
    [InlineData("microsoft-graph", 240)]
    public async Task A_published_horizon_ends_the_retries(string provider, int minutes)
    {
        var (report, seen) = await RunAsync(PolicyOf(provider), ReceiverScript.Parse("down"), rate: 0.01, lasting: TimeSpan.FromHours(99));

        Assert.Equal(TimeSpan.FromMinutes(minutes), seen.TimesOf(0).Last());
        Assert.Equal(TimeSpan.FromMinutes(minutes), report.FirstLossAt);
    }

    [Fact]
    public void A_rule_for_good_goes_before_a_pause()
    {
        var monitor = new EitherRule(new GivenUpRule(1, Hour), new AnswerDisablementRule(AnswerRule.Only(410))).Watch();
        Disablement? Answer(int status) => monitor.Observe(new AttemptOutcome(TimeSpan.Zero, IsDelivered: false, 1, IsLast: true, TimeSpan.Zero, AttemptFailures.Refusal, status));

        Assert.Equal(Hour, Answer(500)?.Until);
        Assert.NotNull(Answer(410));
        Assert.Null(Answer(410)!.Value.Until);
    }
}
