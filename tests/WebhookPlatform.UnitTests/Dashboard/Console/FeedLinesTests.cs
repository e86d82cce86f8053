using WebhookPlatform.Dashboard.Console;
using WebhookPlatform.Dashboard.Console.Feed;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

public sealed class FeedLinesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_told_twice_appear_once_and_newest_first()
    {
        var lines = new FeedLines();
        var added = 0;
        lines.Added += (_, told) => added += told.Added.Count;
        var (early, late) = (Line(0), Line(5));

        lines.Add([late]);
        lines.Add([late, early]);

        Assert.Equal([late, early], lines.Newest);
        Assert.Equal(2, added);
    }

    [Fact]
    public void Old_lines_fall_off_the_end()
    {
        var lines = new FeedLines();

        for (var second = 0; second < 1000; second++)
        {
            lines.Add([Line(second)]);
        }

        Assert.Equal(400, lines.Newest.Count);
        Assert.Equal(Noon.AddSeconds(999), lines.Newest[0].At);
    }

    [Theory]
    [InlineData(FeedTopic.All, "", true)]
    [InlineData(FeedTopic.Webhooks, "shop", true)]
    [InlineData(FeedTopic.Webhooks, "other", false)]
    [InlineData(FeedTopic.Events, "", false)]
    [InlineData(FeedTopic.Effects, "", false)]
    [InlineData(FeedTopic.Problems, "", false)]
    public void A_filter_picks_by_topic_and_source(FeedTopic topic, string source, bool picked) =>
        Assert.Equal(picked, new FeedFilter(topic, source).Matches(Line(0)));

    [Theory]
    [InlineData(0, 0, "–")]
    [InlineData(0, 10, "0 %")]
    [InlineData(10, 10, "100 %")]
    [InlineData(1, 5000, "< 0.1 %")]
    [InlineData(4999, 5000, "> 99.9 %")]
    [InlineData(1, 8, "12.5 %")]
    public void Rates_never_round_a_few_away(long part, long whole, string text) => Assert.Equal(text, Numbers.Rate(part, whole));

    private static Activity Line(int second) => new(
        Guid.NewGuid(), Noon.AddSeconds(second), "delivery", "order_created", "shop", "token", "gateway", "order_created from shop", "", "succeeded", Guid.NewGuid(), null);
}
