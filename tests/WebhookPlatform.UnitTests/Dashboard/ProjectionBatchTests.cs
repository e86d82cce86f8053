using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Projections;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.UnitTests.Dashboard;

public sealed class ProjectionBatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 34, 56, TimeSpan.Zero);

    public static TheoryData<string> DomainEvents => [.. ContractCatalog.DomainEvents.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(DomainEvents))]
    public void Every_domain_event_is_told_in_words_of_its_own(string name)
    {
        var line = Assert.Single(Project(SampleEvents.Of(name, Now)!).Activities);

        Assert.NotEqual(name, line.Title);
        Assert.NotEqual("", line.Summary);
        Assert.Equal(Now, line.At);
    }

    [Theory]
    [InlineData(nameof(PaymentCompleted), "Payment of 42.00 USD completed")]
    [InlineData(nameof(PaymentRefunded), "12.00 USD refunded")]
    [InlineData(nameof(WebhookReceived), "payment_intent.succeeded from shop")]
    [InlineData(nameof(PaymentDisputed), "Payment of 42.00 USD disputed")]
    [InlineData("SubscriptionRenewed", "Subscription to pro-monthly renewed")]
    [InlineData("InvoicePaid", "Invoice 2026-0042 over 9.00 EUR paid")]
    [InlineData("OrderFulfilled", "Order 1001 fulfilled")]
    [InlineData("CustomerCreated", "Customer Ada Lovelace created")]
    [InlineData("IssueClosed", "Issue octo-org/widgets#41 closed")]
    [InlineData("BuildFinished", "Build octo-org/widgets#1001 failed")]
    [InlineData("MessageBounced", "Message to ada@example.com bounced")]
    [InlineData("FileDeleted", "File invoices/2026/inv-1.pdf deleted")]
    [InlineData("DocumentSigned", "Lease of the workshop signed")]
    [InlineData("AlertRaised", "Alert: Checkout answers slowly")]
    [InlineData("MeetingScheduled", "Meeting Weekly scheduled")]
    [InlineData("CodePushed", "3 commits pushed to octo-org/widgets main")]
    [InlineData("PullRequestMerged", "Pull request octo-org/widgets#42 merged")]
    public void Titles_read_well(string name, string title) => Assert.Equal(title, Assert.Single(Project(SampleEvents.Of(name, Now)!).Activities).Title);

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(null, false)]
    public void Delivery_is_marked_as_recovered_where_the_gateway_says_so(bool? said, bool marked) =>
        Assert.Equal(marked, Assert.Single(Project(((WebhookReceived)SampleEvents.Of(nameof(WebhookReceived), Now)!) with { Recovered = said }).Activities).Recovered);

    [Fact]
    public void Deliveries_and_typed_events_are_counted_apart()
    {
        var received = (WebhookReceived)SampleEvents.Of(nameof(WebhookReceived), Now)!;
        var batch = Project(received, received with { Events = [] }, SampleEvents.Of(nameof(PaymentCompleted), Now)!);

        Assert.Equal([EventKinds.Mapped, EventKinds.Typed, EventKinds.Unmapped], batch.EventMinutes.Select(row => row.Kind));
        Assert.All(batch.EventMinutes, row => Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 34, 0, TimeSpan.Zero), row.Minute));
    }

    [Fact]
    public void Payments_count_on_the_day_they_occurred_in_UTC()
    {
        var payment = (PaymentCompleted)SampleEvents.Of(nameof(PaymentCompleted), Now)!;
        var inTokyo = new DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.FromHours(9));

        var batch = Project(payment with { Metadata = payment.Metadata with { OccurredAt = inTokyo } });

        Assert.Equal(new DateOnly(2026, 1, 31), Assert.Single(batch.PaymentDays).Day);
        Assert.Equal(TimeSpan.Zero, Assert.Single(batch.Payments).LatestAt.Offset);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(PaymentFacts.LargestAmount + 1)]
    public void Amount_that_cannot_be_right_is_refused(long amount)
    {
        var payment = (PaymentCompleted)SampleEvents.Of(nameof(PaymentCompleted), Now)!;

        Assert.Throws<FormatException>(() => Project(payment with { Amount = new Money(amount, "USD") }));
    }

    [Fact]
    public void Authorization_moves_no_money_and_gives_way_to_what_becomes_of_it()
    {
        var authorized = (PaymentAuthorized)SampleEvents.Of(nameof(PaymentAuthorized), Now)!;
        var completed = (PaymentCompleted)SampleEvents.Of(nameof(PaymentCompleted), Now)!;
        var failed = (PaymentFailed)SampleEvents.Of(nameof(PaymentFailed), Now)!;
        var alone = Project(authorized);

        Assert.Empty(alone.PaymentDays);
        var held = Assert.Single(alone.Payments);
        Assert.Equal((null, 4200L, (DateTimeOffset?)Now), (held.Completed, held.Amount, held.OutcomeAt));
        Assert.All<object[]>([[authorized, completed], [completed, authorized]], events => Assert.True(Assert.Single(Project(events).Payments).Completed));
        Assert.All<object[]>([[authorized, failed], [failed, authorized]], events => Assert.False(Assert.Single(Project(events).Payments).Completed));
        var later = authorized with { Metadata = authorized.Metadata with { OccurredAt = Now.AddSeconds(1) } };
        Assert.All<object[]>([[failed, later], [later, failed]], events => Assert.Null(Assert.Single(Project(events).Payments).Completed));
    }

    [Fact]
    public void Dispute_is_a_line_of_the_feed_and_no_outcome_of_the_payment()
    {
        var batch = Project(SampleEvents.Of(nameof(PaymentDisputed), Now)!);

        Assert.Empty(batch.Payments);
        Assert.Empty(batch.PaymentDays);
        Assert.Equal("pi_sample", Assert.Single(batch.SubjectRows).Subject);
    }

    [Fact]
    public void Rows_are_sorted_so_that_replicas_lock_them_in_one_order()
    {
        var payment = (PaymentCompleted)SampleEvents.Of(nameof(PaymentCompleted), Now)!;
        object[] messages = [.. new[] { "c", "a", "b" }.Select(id => payment with { PaymentId = id, Amount = new Money(1, id.ToUpperInvariant()) })];

        Assert.Equal(["a", "b", "c"], Project(messages).Payments.Select(row => row.PaymentId));
        Assert.Equal(["A", "B", "C"], Project(messages).PaymentDays.Select(row => row.Currency));
    }

    [Fact]
    public void What_changed_is_told()
    {
        Assert.Equal(Changes.None, Project().Changes);
        Assert.Equal(Changes.Activity, Project(SampleEvents.Of("FileUploaded", Now)!).Changes);
        Assert.Equal(Changes.Activity | Changes.Payments, Project(SampleEvents.Of(nameof(PaymentFailed), Now)!).Changes);
        Assert.Equal(Changes.Alerts, Project(new InAppNotificationPosted(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "title", "", Now)).Changes);
    }

    private static ProjectionBatch Project(params object[] messages) => ProjectionBatch.Of(messages, Now);
}
