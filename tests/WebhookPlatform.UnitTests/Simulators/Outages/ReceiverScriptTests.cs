using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.UnitTests.Simulators.Outages;

public sealed class ReceiverScriptTests
{
    [Fact]
    public void Phases_follow_one_another_and_then_it_is_up()
    {
        var script = ReceiverScript.Parse("1h up, 90m down, 30m slow 20s, 2h status 503 40%");

        Assert.Equal(ReceiverBehaviour.Up, script.At(TimeSpan.Zero));
        Assert.Equal(ReceiverBehaviour.Down, script.At(TimeSpan.FromHours(1)));
        Assert.Equal(ReceiverBehaviour.Slow(TimeSpan.FromSeconds(20)), script.At(TimeSpan.FromHours(2.5)));
        Assert.Equal(ReceiverBehaviour.Answering(503) with { Share = 0.4 }, script.At(TimeSpan.FromHours(4.99)));
        Assert.Equal(ReceiverBehaviour.Up, script.At(TimeSpan.FromHours(5)));
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromHours(5)), (script.FirstTrouble, script.Recovery));
    }

    [Fact]
    public void The_last_phase_may_last_to_the_end()
    {
        var script = ReceiverScript.Parse("2h up, fails 30%");

        Assert.Equal(ReceiverBehaviour.Answering(500) with { Share = 0.3 }, script.At(TimeSpan.FromDays(300)));
        Assert.Equal(TimeSpan.MaxValue, script.Recovery);
        Assert.Throws<ArgumentException>(() => OutagePlan.LastingFor(DeliveryPolicies.For("stripe"), script));
    }

    [Theory]
    [InlineData("")]
    [InlineData("down, 1h up")]
    [InlineData("3h")]
    [InlineData("3h sleeping")]
    [InlineData("3h slow")]
    [InlineData("3h status 999")]
    [InlineData("3h fails 130%")]
    [InlineData("1h up,")]
    public void What_is_not_understood_is_named(string text)
    {
        var exception = Assert.Throws<FormatException>(() => ReceiverScript.Parse(text));

        Assert.Matches("is not understood|has no duration|a share is", exception.Message);
    }

    [Theory]
    [InlineData("3h", 10800)]
    [InlineData("90m", 5400)]
    [InlineData("2d", 172800)]
    [InlineData("1h30m", 5400)]
    [InlineData("1h 30m", 5400)]
    [InlineData("20s", 20)]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5h", 5400)]
    [InlineData("1w", 604800)]
    [InlineData("3H", 10800)]
    public void Durations_are_read(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("h")]
    [InlineData("3x")]
    [InlineData("-3h")]
    [InlineData("3h4")]
    [InlineData("1.2.3h")]
    [InlineData("99999999999999999999d")]
    public void What_is_no_duration_is_not_read(string? text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(0.5, "0.5 s")]
    [InlineData(59, "59 s")]
    [InlineData(3599.9, "1 h")]
    [InlineData(5400, "1 h 30 min")]
    [InlineData(187200, "2 d 4 h")]
    [InlineData(86400 * 30, "30 d")]
    [InlineData(90, "1 min 30 s")]
    public void Durations_are_written_by_their_two_largest_units(double seconds, string text) => Assert.Equal(text, Durations.Text(TimeSpan.FromSeconds(seconds)));
}
