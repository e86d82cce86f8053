using WebhookPlatform.Dashboard.Live;

namespace WebhookPlatform.UnitTests.Dashboard;

public sealed class LiveFeedTests
{
    [Theory]
    [InlineData(1, 1, 50)] // little to do: as often as eyes can tell
    [InlineData(20, 1, 80)] // reading takes a fifth of the time
    [InlineData(200, 1, 250)] // a single viewer does not wait for long even then
    [InlineData(1, 120, 120)] // a thousand frames a second for all clients together
    [InlineData(1, 5000, 400)] // but never slower than the eye forgives
    public void Frames_come_less_often_the_more_they_cost(int readingMs, int clients, int expectedMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expectedMs), LiveFeed.Interval(TimeSpan.FromMilliseconds(readingMs), clients));
}
