using CsCheck;
using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.UnitTests.Simulators.Outages;

/// <summary>What holds for every policy, every receiver and every rate.</summary>
public sealed class OutagePropertyTests
{
    private static readonly Gen<TimeSpan> Pause = Gen.Int[0, 20_000].Select(seconds => TimeSpan.FromSeconds(seconds));

    private static readonly Gen<RetrySchedule> Schedule = Gen.OneOf(
        Gen.Const(RetrySchedule.None),
        Pause.Array[1, 6].Select(gaps => RetrySchedule.After(gaps)),
        Gen.Select(Gen.Int[1, 300], Gen.Double[1, 4], Gen.Int[1, 40]).Select((first, factor, hours) => RetrySchedule.Growing(TimeSpan.FromSeconds(first), factor, TimeSpan.FromHours(2), TimeSpan.FromHours(hours))),
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 30]).Select((count, hours) => RetrySchedule.Spread(count, TimeSpan.FromMinutes(1), TimeSpan.FromHours(hours))),
        Gen.Select(Gen.Int[600, 7200], Gen.Int[3, 40]).Select((last, hours) => RetrySchedule.Repeating(TimeSpan.FromHours(hours), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(last))));

    private static readonly Gen<DisablementRule?> Rule = Gen.OneOf(
        Gen.Const((DisablementRule?)null),
        Gen.Int[1, 30].Select(failures => (DisablementRule?)new ConsecutiveFailuresRule(failures)),
        Gen.Int[1, 30].Select(hours => (DisablementRule?)new FailingForRule(TimeSpan.FromHours(hours))),
        Gen.Select(Gen.Double[0, 1], Gen.Int[1, 40]).Select((share, events) => (DisablementRule?)new FailureShareRule(share, TimeSpan.FromHours(1), events)),
        Gen.Int[2, 6].Select(failures => (DisablementRule?)new GrowingPauseRule(failures, TimeSpan.FromMinutes(1), TimeSpan.FromHours(3), failures + 12)),
        Gen.Select(Gen.Int[2, 30], Gen.Int[1, 60]).Select((failures, minutes) => (DisablementRule?)new FailureBurstRule(failures, TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(15))),
        Gen.Int[1, 5].Select(events => (DisablementRule?)new EitherRule(new GivenUpRule(events, TimeSpan.FromHours(5)), new AnswerDisablementRule(AnswerRule.Only(404)))),
        Gen.Int[1, 60].Select(timeouts => (DisablementRule?)new TimeoutsRule(timeouts, TimeSpan.FromHours(5))),
        Gen.Double[0, 1].Select(share => (DisablementRule?)new SlowShareRule(share, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10))),
        Gen.Const((DisablementRule?)new ExhaustedRetriesRule("all retries failed")));

    private static readonly Gen<DeliveryPolicy> Policy =
        from retries in Schedule
        from rule in Rule
        from timeout in Gen.Int[1, 60]
        from order in OneOf(DeliveryOrder.Independent, DeliveryOrder.Queue)
        from retried in OneOf(AttemptFailures.All, AttemptFailures.NoConnection, AttemptFailures.Refusal | AttemptFailures.NoAnswerInTime)
        select new DeliveryPolicy { Provider = "any", Retries = retries, Disablement = rule, Timeout = TimeSpan.FromSeconds(timeout), Order = order, RetriedFailures = retried };

    private static readonly Gen<string> Script = Gen.Select(
        Gen.Int[1, 2000], OneOf("up", "down", "slow 20s", "slow 2m", "status 500", "status 404", "fails 50%", "down 90%", "slow 40s 30%"))
        .Select((minutes, behaviour) => $"{minutes}m {behaviour}").Array[1, 5].Select(phases => string.Join(", ", phases));

    [Fact]
    public async Task Every_event_is_received_lost_or_pending_and_no_attempt_is_early() =>
        await Gen.Select(Policy, Script, Gen.Double[0.5, 90], Gen.Int[1, 60], Gen.Int[0, int.MaxValue]).SampleAsync(
            async (policy, script, rate, hours, seed) =>
            {
                var lasting = TimeSpan.FromHours(hours);
                var (report, seen) = await Outage.RunAsync(policy, ReceiverScript.Parse(script), rate, lasting, seed);

                Assert.Equal(report.Events, report.FirstTry + report.Late + report.Lost + report.Pending);
                Assert.Equal(report.Lost, report.GivenUp + report.Refused + report.EndpointOff);
                Assert.Equal(report.Attempts, seen.Attempts.Count);
                Assert.Equal(report.Lost, report.Steps.Sum(step => step.Lost));
                Assert.Equal(report.Received + report.Duplicates, report.Steps.Sum(step => step.Received));
                Assert.Equal(report.Received + report.Duplicates, seen.Attempts.Count(attempt => attempt.Result.IsTaken));
                Assert.Equal(report.Retries, report.Steps.Sum(step => step.Retried));
                Assert.InRange(report.Steps.Count, 1, OutagePlan.MostSteps);
                Assert.Equal(report.Received, seen.Attempts.Where(attempt => attempt.Result.IsTaken).Select(attempt => attempt.Attempt.Event).Distinct().Count());
                Assert.DoesNotContain(seen.Attempts, attempt => attempt.Attempt.At > report.DisabledAt || attempt.Attempt.At >= lasting);
                foreach (var attempts in seen.Attempts.GroupBy(attempt => attempt.Attempt.Event))
                {
                    Check([.. attempts], policy);
                }

                var (again, _) = await Outage.RunAsync(policy, ReceiverScript.Parse(script), rate, lasting, seed);
                Assert.Equal(report.ToJson(), again.ToJson());
            },
            iter: 300);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static void Check(List<(Attempt Attempt, AttemptResult Result)> attempts, DeliveryPolicy policy)
    {
        Assert.InRange(attempts.Count, 1, policy.Retries.Gaps.Count + 1);
        var age = TimeSpan.Zero;
        for (var number = 1; number <= attempts.Count; number++)
        {
            var (attempt, _) = attempts[number - 1];
            Assert.Equal(number, attempt.Number);
            if (number == 1)
            {
                Assert.True(attempt.At >= attempt.EventAt);
                continue;
            }

            var (before, result) = attempts[number - 2];
            var failedAt = before.At + (result.Latency < policy.Timeout ? result.Latency : policy.Timeout);
            var failure = policy.FailureOf(result);
            Assert.True(failure is { } kind && !policy.IsFinal(kind, result), "only what may be tried again is tried again");
            Assert.True(attempt.At >= failedAt, "no attempt before the one before has failed");
            age += policy.Retries.Gaps[number - 2];
            if (policy.Order is DeliveryOrder.Independent)
            {
                Assert.True(attempt.At >= (policy.Retries.CountsFromEvent ? attempt.EventAt + age : failedAt + policy.Retries.Gaps[number - 2]), "no attempt before its time");
            }
        }
    }
}
