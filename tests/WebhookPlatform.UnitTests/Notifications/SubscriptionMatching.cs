using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Notifications.Subscriptions;

namespace WebhookPlatform.UnitTests.Notifications;

public sealed class SubscriptionMatching
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("PaymentCompleted", true)]
    [InlineData("PaymentFailed", false)]
    [InlineData("*", true)]
    public void Event_type_decides(string type, bool matches) =>
        Assert.Equal(matches, Subscription(type).Matches(Sample(nameof(PaymentCompleted))));

    [Fact]
    public void Disabled_one_matches_nothing() =>
        Assert.False(Subscription("*", enabled: false).Matches(Sample(nameof(PaymentCompleted))));

    [Fact]
    public void Any_event_leaves_out_a_webhook_that_typed_events_accompany_and_takes_one_that_is_alone()
    {
        var accompanied = (WebhookReceived)SampleEvents.Of(nameof(WebhookReceived), Now)!;

        Assert.False(Subscription("*").Matches(EventDocument.Of(accompanied)));
        Assert.True(Subscription("*").Matches(EventDocument.Of(accompanied with { Events = [] })));
        Assert.True(Subscription(nameof(WebhookReceived)).Matches(EventDocument.Of(accompanied)));
    }

    [Theory]
    [InlineData("amount.minorUnits", ConditionOperator.GreaterThan, "4199", true)]
    [InlineData("amount.minorUnits", ConditionOperator.GreaterThan, "4200", false)]
    [InlineData("AMOUNT.currency", ConditionOperator.Equals, "usd", true)]
    [InlineData("metadata.source", ConditionOperator.In, "other, shop", true)]
    [InlineData("description", ConditionOperator.Contains, "TICKETS", true)]
    [InlineData("description", ConditionOperator.GreaterThan, "1", false)]
    [InlineData("nothing.like.it", ConditionOperator.Exists, null, false)]
    [InlineData("nothing.like.it", ConditionOperator.NotEquals, "x", true)]
    public void Condition_decides(string field, ConditionOperator comparison, string? value, bool matches) =>
        Assert.Equal(matches, Subscription("*", conditions: [new Condition(field, comparison, value)]).Matches(Sample(nameof(PaymentCompleted))));

    [Fact]
    public void All_conditions_must_hold() =>
        Assert.False(Subscription("*", conditions: [new("amount.currency", ConditionOperator.Equals, "USD"), new("metadata.source", ConditionOperator.Equals, "other")])
            .Matches(Sample(nameof(PaymentCompleted))));

    [Fact]
    public void Every_event_has_a_sample_of_its_own_type() =>
        Assert.All(ContractCatalog.DomainEvents, type => Assert.IsType(type, SampleEvents.Of(type.Name, Now)));

    internal static Subscription Subscription(string type, bool enabled = true, IReadOnlyList<Condition>? conditions = null, string channel = "in-app", string? target = null) => new()
    {
        Id = Guid.NewGuid(),
        Name = "test",
        Enabled = enabled,
        EventType = type,
        Conditions = conditions ?? [],
        Channel = channel,
        Target = target,
        TitleTemplate = "{{ name }}",
        BodyTemplate = "",
        CreatedAt = Now,
        ChangedAt = Now,
    };

    private static EventDocument Sample(string name) => EventDocument.Of(SampleEvents.Of(name, Now)!);
}
