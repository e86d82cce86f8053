using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Orders;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.UnitTests.Messaging;

public sealed class EventTemplateTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> EventsWithMoney =>
        [.. ContractCatalog.DomainEvents.Where(type => type.GetProperties().Any(property => property.PropertyType == typeof(Money))).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(EventsWithMoney))]
    public void Money_within_an_event_can_be_shown_and_compared(string name)
    {
        var document = EventDocument.Of(SampleEvents.Of(name, Now)!);

        Assert.Matches(@"^[0-9]+\.00 (USD|EUR) [0-9]+00$", EventTemplate.Render("{{ event.amount | money }} {{ event.amount.minorUnits }}", document));
        Assert.True(new Condition("amount.minorUnits", ConditionOperator.AtLeast, "900").Holds(document));
        Assert.False(new Condition("amount.minorUnits", ConditionOperator.GreaterThan, "4200").Holds(document));
    }

    [Fact]
    public void Amount_that_is_not_known_is_nothing_rather_than_zero()
    {
        var document = EventDocument.Of((OrderPlaced)SampleEvents.Of(nameof(OrderPlaced), Now)! with { Amount = null });

        Assert.Equal("Order ord_1 ()", EventTemplate.Render("Order {{ event.orderId }} ({{ event.amount | money }})", document));
        Assert.False(new Condition("amount.minorUnits", ConditionOperator.AtLeast, "0").Holds(document));
    }
}
