using System.Text.Json;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.UnitTests.Dashboard;

public sealed class LiveUpdateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Slow_client_gets_one_update_that_tells_what_it_missed()
    {
        var (first, second) = (Line(), Line());

        var merged = Update(1, [first], payments: true).Then(Update(2, [second, first], payments: false)).Frame;

        Assert.Equal(2, merged.Sequence);
        Assert.Equal([second.Id, first.Id], merged.Activities.Select(line => line.Id));
        Assert.True(merged.PaymentsChanged);
    }

    [Fact]
    public void Update_never_grows_beyond_fifty_lines()
    {
        var merged = Update(1, [.. Enumerable.Range(0, 40).Select(_ => Line())]).Then(Update(2, [.. Enumerable.Range(0, 40).Select(_ => Line())]));

        Assert.Equal(50, merged.Frame.Activities.Count);
    }

    [Fact]
    public void Update_is_written_as_its_frame()
    {
        var update = Update(7, [Line()]);

        var written = JsonSerializer.Serialize(update);

        Assert.Equal(JsonSerializer.Serialize(update.Frame, JsonSerializerOptions.Web), written);
        Assert.DoesNotContain('\n', written);
    }

    private static LiveUpdate Update(long sequence, IReadOnlyList<Activity> lines, bool payments = false) =>
        new(new LiveFrame(sequence, Now, new Overview(Now, new IngressTotals(0, 0, 0, 0, 0), [], [], []), lines, [], payments));

    private static Activity Line() =>
        new(Guid.NewGuid(), Now, "event", "PaymentCompleted", "shop", "stripe", "gateway", "Payment\nof 42", "", "succeeded", Guid.NewGuid(), null);
}
