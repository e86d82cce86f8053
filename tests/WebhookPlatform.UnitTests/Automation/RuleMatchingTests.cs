using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Automation.Runs;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.UnitTests.Automation;

public sealed class RuleMatchingTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("PaymentCompleted", "PaymentCompleted", true)]
    [InlineData("PaymentCompleted", "PaymentFailed", false)]
    [InlineData("*", "PaymentFailed", true)]
    [InlineData("*", "WebhookReceived", true)]
    public void A_rule_matches_events_of_its_type(string ruleType, string eventType, bool matches) =>
        Assert.Equal(matches, Rule(ruleType).Matches(Sample(eventType)));

    [Theory]
    [InlineData("4200", "shop", true)]
    [InlineData("4201", "shop", false)]
    [InlineData("4200", "other", false)]
    public void All_conditions_must_hold(string least, string source, bool matches) =>
        Assert.Equal(
            matches,
            Rule("PaymentCompleted", new Condition("amount.minorUnits", ConditionOperator.AtLeast, least), new Condition("metadata.source", ConditionOperator.Equals, source))
                .Matches(Sample("PaymentCompleted")));

    [Fact]
    public void The_same_rule_and_event_give_the_same_run_and_the_same_requests()
    {
        var rule = Rule("*");
        var first = Run.For(rule, Sample("PaymentCompleted"), Now, default);
        var second = Run.For(rule, Sample("PaymentCompleted"), Now.AddDays(1), default);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(first.RequestId(0), second.RequestId(0));
        Assert.NotEqual(first.RequestId(0), first.RequestId(1), StringComparer.Ordinal);
        Assert.NotEqual(first.Id, Run.For(Rule("*"), Sample("PaymentCompleted"), Now, default).Id);
        Assert.NotEqual(first.Id, Run.For(rule, Sample("CodePushed"), Now, default).Id);
    }

    [Fact]
    public void A_run_keeps_the_event_and_sends_it_with_its_type_and_time()
    {
        var local = new PaymentCompleted(Sample("PaymentCompleted").Event.Metadata with { OccurredAt = new DateTimeOffset(2026, 5, 1, 14, 0, 0, TimeSpan.FromHours(2)) }, "pi_1", new Money(100, "EUR"));
        var run = Run.For(Rule("*"), EventDocument.Of(local), Now, default);

        Assert.Equal(local, run.Document().Event);
        Assert.Equal(TimeSpan.Zero, run.OccurredAt.Offset);
        using var sent = System.Text.Json.JsonDocument.Parse(run.Envelope());
        Assert.Equal("PaymentCompleted", sent.RootElement.GetProperty("type").GetString());
        Assert.Equal(local.Metadata.OccurredAt, sent.RootElement.GetProperty("timestamp").GetDateTimeOffset());
        Assert.Equal("pi_1", sent.RootElement.GetProperty("data").GetProperty("paymentId").GetString());
    }

    private static EventDocument Sample(string name) => EventDocument.Of(SampleEvents.Of(name, Now)!);

    private static Rule Rule(string eventType, params Condition[] conditions) => new()
    {
        Id = Guid.NewGuid(),
        Name = "test",
        Enabled = true,
        EventType = eventType,
        Conditions = conditions,
        Actions = [new NotifyAction { Id = "a", Channel = NotifyChannel.InApp, Title = "t" }],
        CreatedAt = Now,
        UpdatedAt = Now,
    };
}
