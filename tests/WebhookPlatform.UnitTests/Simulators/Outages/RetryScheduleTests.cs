using WebhookPlatform.Simulators.Outages;
using static System.TimeSpan;

namespace WebhookPlatform.UnitTests.Simulators.Outages;

public sealed class RetryScheduleTests
{
    [Fact]
    public void Growing_pauses_grow_up_to_the_longest_and_end_exactly_at_the_horizon()
    {
        var schedule = RetrySchedule.Growing(FromMinutes(5), 2, FromHours(12), FromDays(3));

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 640], schedule.Gaps.Take(8).Select(gap => gap.TotalMinutes));
        Assert.All(schedule.Gaps.Skip(8).SkipLast(1), gap => Assert.Equal(FromHours(12), gap));
        Assert.Equal(FromDays(3), schedule.LastRetry);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(25, 72)]
    [InlineData(60, 72)]
    [InlineData(1, 1)]
    public void A_number_of_retries_is_spread_over_the_horizon_with_growing_pauses(int count, int hours)
    {
        var schedule = RetrySchedule.Spread(count, FromMinutes(1), FromHours(hours));

        Assert.Equal(count, schedule.Gaps.Count);
        Assert.Equal(FromHours(hours), schedule.LastRetry);
        Assert.True(count == 1 || schedule.Gaps[0] == FromMinutes(1));
        Assert.Equal(schedule.Gaps.Order(), schedule.Gaps);
    }

    [Fact]
    public void A_repeating_schedule_has_as_many_retries_as_the_horizon_allows()
    {
        // Square's table: 1, 2, 4, 8, 16, 32 minutes, then hourly up to 72 hours.
        var schedule = DeliveryPolicies.Find("square")!.Retries;

        Assert.Equal(6 + 70, schedule.Gaps.Count);
        Assert.Equal(FromMinutes(63) + FromHours(70), schedule.LastRetry);
    }

    [Fact]
    public void Pauses_count_from_the_failure_or_from_the_event_as_the_provider_says()
    {
        var afterFailure = RetrySchedule.After(FromMinutes(1), FromHours(1));
        var fromEvent = RetrySchedule.Spread(2, FromMinutes(1), FromHours(1));

        Assert.Equal(FromSeconds(75), afterFailure.Next(1, Zero, FromSeconds(15)));
        Assert.Equal(FromSeconds(60), fromEvent.Next(1, Zero, FromSeconds(15)));
        Assert.Equal(FromSeconds(90), fromEvent.Next(1, Zero, FromSeconds(90)));
        Assert.Equal(FromHours(1), fromEvent.Next(2, Zero, FromSeconds(75)));
        Assert.Null(fromEvent.Next(3, Zero, FromHours(1)));
        Assert.Null(RetrySchedule.None.Next(1, Zero, Zero));
    }

    [Fact]
    public void What_would_come_after_the_horizon_is_not_tried()
    {
        var schedule = RetrySchedule.Repeating(FromHours(3), FromHours(1));

        Assert.Equal(FromHours(3), schedule.Next(3, Zero, FromHours(2)));
        Assert.Null(schedule.Next(3, Zero, FromHours(2) + FromTicks(1)));
    }

    [Fact]
    public void The_longest_pause_is_that_of_events_that_are_not_older_than_the_outage()
    {
        var schedule = RetrySchedule.After(FromMinutes(5), FromMinutes(30), FromHours(2), FromHours(5));

        Assert.Equal(FromMinutes(5), schedule.LongestGapUntil(FromMinutes(4)));
        Assert.Equal(FromHours(2), schedule.LongestGapUntil(FromHours(1)));
        Assert.Equal(FromHours(5), schedule.LongestGapUntil(FromDays(1)));
    }
}
