using CsCheck;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.UnitTests.Messaging;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    [Fact]
    public void A_pause_lies_between_half_its_bound_and_its_bound() =>
        Gen.Int[0, 1000].Sample(attempt =>
        {
            var bound = Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, attempt));
            var pause = Backoff.Delay(attempt, First, Longest).TotalSeconds;
            return pause >= (bound / 2) - 0.001 && pause <= bound + 0.001;
        });

    [Fact]
    public void Pauses_of_the_same_attempt_differ() =>
        Assert.True(Enumerable.Range(0, 20).Select(_ => Backoff.Delay(3, First, Longest)).Distinct().Count() > 1);
}
