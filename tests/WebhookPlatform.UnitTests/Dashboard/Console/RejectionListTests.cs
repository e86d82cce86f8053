using WebhookPlatform.Dashboard.Console.Gateway;
using WebhookPlatform.Dashboard.Console.SourceViews;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

public sealed class RejectionListTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void New_ones_join_the_older_ones_that_were_read()
    {
        var list = RejectionList.Empty.WithNewest(Page(5, 4)).WithOlder(Page(3, 2));

        list = list.WithNewest(Page(7, 6, 5));

        Assert.Equal([7L, 6, 5, 4, 3, 2], list.Rows.Select(row => row.Id));
        Assert.Equal(2, list.Next);
    }

    [Fact]
    public void There_is_never_a_hole_between_what_is_shown()
    {
        var list = RejectionList.Empty.WithNewest(Page(5, 4)).WithOlder(Page(3, 2));

        list = list.WithNewest(Page(90, 89));

        Assert.Equal([90L, 89], list.Rows.Select(row => row.Id));
        Assert.Equal(89, list.Next);
    }

    [Fact]
    public void What_the_gateway_has_forgotten_is_forgotten()
    {
        var list = RejectionList.Empty.WithNewest(Page(5, 4)).WithOlder(Page(3, 2)).WithNewest(Last(6));

        Assert.Equal(6, Assert.Single(list.Rows).Id);
        Assert.Null(list.Next);
        Assert.Empty(list.WithNewest(Last()).Rows);
    }

    [Fact]
    public void It_does_not_grow_without_end()
    {
        var list = RejectionList.Empty.WithNewest(Page([.. Enumerable.Range(0, 100).Select(at => 100_000L - at)]));
        while (list.Next is { } next)
        {
            list = list.WithOlder(Page([.. Enumerable.Range(1, 100).Select(at => next - at)]));
        }

        Assert.Equal(RejectionList.Most, list.Rows.Count);
    }

    [Fact]
    public void Causes_are_counted_whatever_words_they_are_told_in()
    {
        var list = RejectionList.Empty.WithNewest(new RejectionPage
        {
            Rejections =
            [
                Row(4, "timestamp-stale", "Its time is decades ago.") with { Cause = "clock" },
                Row(3, "signature-mismatch", "It matches the secret ab…cd of source 'one'.") with { Cause = "other-source" },
                Row(2, "timestamp-future", "Its time is 7 minutes ahead.") with { Cause = "clock" },
                Row(1, "signature-mismatch", "It matches the secret ef…gh of source 'two'.") with { Cause = "other-source" },
            ],
        });

        Assert.Equal([("clock", 2, 4L), ("other-source", 2, 3L)], list.Causes.Select(cause => (cause.Key, cause.Count, cause.Latest.Id)));
        Assert.Equal([3L, 1L], list.Rows.Where(list.Causes[1].Has).Select(row => row.Id));
    }

    [Fact]
    public void Causes_that_the_gateway_does_not_say_are_counted_by_what_they_say_but_for_numbers()
    {
        var list = RejectionList.Empty.WithNewest(new RejectionPage
        {
            Rejections = [Row(4, "clock", "Its time is 21 minutes ago.") with { Cause = "unknown" }, Row(3, "clock", "Its time is 7 minutes ago."), Row(2, "clock", "Its time is decades ago."), Row(1, "other", "Its time is 7 minutes ago.")],
        });

        Assert.Equal([(2, 4L), (1, 2L), (1, 1L)], list.Causes.Select(cause => (cause.Count, cause.Latest.Id)));
        Assert.Equal([4L, 3L], list.Rows.Where(list.Causes[0].Has).Select(row => row.Id));
    }

    private static RejectionPage Page(params long[] ids) => new() { Rejections = [.. ids.Select(id => Row(id, "clock", "Late."))], Next = ids[^1] };

    private static RejectionPage Last(params long[] ids) => Page([.. ids, 0]) with { Rejections = [.. ids.Select(id => Row(id, "clock", "Late."))], Next = null };

    private static RejectedRequest Row(long id, string reason, string detail) => new(id, Noon.AddSeconds(id), 401, reason, detail, null, null, null);
}
