using WebhookPlatform.Contracts;
using WebhookPlatform.Dashboard.Console.Feed;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

public sealed class ActivityLookTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> TypedEvents => [.. ContractCatalog.DomainEvents.Where(type => type != typeof(WebhookReceived)).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(TypedEvents))]
    public void Every_typed_event_has_a_look_of_its_own(string name)
    {
        var look = ActivityLook.Of(Line(name));

        Assert.NotEqual(ActivityLook.Of(Line("SomethingNew")), look);
        Assert.Contains(look.Tone, new[] { "plain", "info", "good", "warn", "bad", "accent" });
    }

    private static Activity Line(string type) =>
        new(Guid.NewGuid(), Noon, ActivityKinds.Event, type, "shop", "stripe", "gateway", type, "", "succeeded", Guid.NewGuid(), Guid.NewGuid());
}
