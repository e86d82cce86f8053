using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Dashboard;

/// <summary>Messages from the real broker become rows of the real database.</summary>
public sealed class ProjectionTests(TestServers servers) : IAsyncLifetime
{
    private string _database = "";
    private Uri _broker = null!;
    private DashboardApp _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await servers.CreateDatabaseAsync("dashboard");
        _broker = await servers.CreateBrokerAsync("dashboard");
        _dashboard = await DashboardApp.StartAsync(_database, _broker);
    }

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task Every_event_becomes_a_line_of_the_feed_and_of_its_deliverys_timeline()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var type in ContractCatalog.DomainEvents)
        {
            await _dashboard.PublishAsync(SampleEvents.Of(type.Name, now)!);
        }

        var feed = await Eventually.Is(() => _dashboard.GetAsync<Activity[]>("/api/activity"), lines => lines.Length == ContractCatalog.DomainEvents.Count);

        Assert.Equal(
            ContractCatalog.DomainEvents.Where(type => type != typeof(WebhookReceived)).Select(type => type.Name).Order(StringComparer.Ordinal),
            feed.Where(line => line.Kind == "event").Select(line => line.Type).Order(StringComparer.Ordinal));
        Assert.Equal("payment_intent.succeeded", Assert.Single(feed, line => line.Kind == "delivery").Type);
        Assert.All(feed, line => Assert.NotEqual("", line.Title));
        Assert.Contains(feed, line => line.Title == "Payment of 42.00 USD completed");

        var delivery = feed.Single(line => line.Kind == "delivery").DeliveryId;
        var timeline = await _dashboard.GetAsync<Timeline>($"/api/timeline/{delivery}");
        Assert.Equal("delivery", timeline.Entries[0].Kind);
        Assert.Contains(timeline.Entries, entry => entry is { Kind: "projection", Service: "dashboard" });

        var overview = await _dashboard.GetAsync<Overview>("/api/overview");
        Assert.Equal(ContractCatalog.DomainEvents.Count - 1, overview.Minutes.Sum(minute => minute.Events));
        Assert.Equal(60, overview.Minutes.Count);
        Assert.Contains(new EventTypeTotal("github", "CodePushed", 1), overview.EventTypes);
    }

    [Fact]
    public async Task Timeline_tells_of_receipt_events_projection_and_every_consumers_effect_in_order()
    {
        var delivery = Guid.NewGuid();
        var metadata = Samples.Metadata(delivery: delivery);
        var later = metadata.ReceivedAt.AddMinutes(1);
        await _dashboard.PublishAsync(new EffectRecorded(Guid.NewGuid(), delivery, metadata.EventId, "automation", "run.dead", EffectOutcome.Dead, "Call the warehouse", "503", "run-1", later.AddSeconds(2)));
        await _dashboard.PublishAsync(new EffectRecorded(Guid.NewGuid(), delivery, metadata.EventId, "notifications", "notification.sent", EffectOutcome.Succeeded, "E-mail to ops@example.com", null, "n-1", later.AddSeconds(1)));
        await _dashboard.PublishAsync(new PaymentCompleted(metadata, "pi_1", new Money(4200, "USD")));
        await _dashboard.PublishAsync(new WebhookReceived(metadata with { EventId = Guid.NewGuid() }, "payment_intent.succeeded", ["PaymentCompleted"], "application/json", 512));

        var timeline = await Eventually.Is(() => _dashboard.GetAsync<Timeline>($"/api/timeline/{delivery}"), found => found.Entries.Count == 5);

        Assert.Equal(["delivery", "event", "projection", "notification.sent", "run.dead"], timeline.Entries.Select(entry => entry.Kind));
        Assert.Equal(["gateway", "gateway", "dashboard", "notifications", "automation"], timeline.Entries.Select(entry => entry.Service));
        Assert.Equal(["succeeded", "succeeded", "succeeded", "succeeded", "dead"], timeline.Entries.Select(entry => entry.Outcome));
    }

    [Fact]
    public async Task Delivery_that_was_recovered_says_so_in_the_feed_and_in_its_timeline_and_nothing_else_does()
    {
        var (sent, recovered) = (Samples.Metadata(delivery: Guid.NewGuid()), Samples.Metadata(delivery: Guid.NewGuid()));
        await _dashboard.PublishAsync(new WebhookReceived(sent with { EventId = Guid.NewGuid() }, "payment_intent.succeeded", ["PaymentCompleted"], "application/json", 512));
        await _dashboard.PublishAsync(new WebhookReceived(recovered with { EventId = Guid.NewGuid() }, "payment_intent.succeeded", ["PaymentCompleted"], "application/json", 512, Recovered: true));
        await _dashboard.PublishAsync(new PaymentCompleted(recovered, "pi_1", new Money(4200, "USD")));

        var feed = await Eventually.Is(() => _dashboard.GetAsync<Activity[]>("/api/activity"), lines => lines.Length == 3);
        var timeline = await _dashboard.GetAsync<Timeline>($"/api/timeline/{recovered.DeliveryId}");

        Assert.Equal(recovered.DeliveryId, Assert.Single(feed, line => line.Recovered).DeliveryId);
        Assert.Equal("delivery", Assert.Single(timeline.Entries, entry => entry.Recovered).Kind);
        Assert.Equal(1, (await _dashboard.GetAsync<JsonElement>("/api/activity")).GetRawText().Split("\"recovered\"").Length - 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Poison_message_alone_goes_to_the_error_queue_and_its_neighbours_land(bool inOneBundle)
    {
        var messages = Enumerable.Range(1, 50).Select(number => (object)Samples.Completed(number, $"pi_{number}")).ToList();
        messages.Insert(25, Samples.Completed(long.MaxValue, "pi_poison"));
        await (inOneBundle ? _dashboard.PublishTogetherAsync(messages) : Task.WhenAll(messages.Select(message => _dashboard.PublishAsync(message))));

        await Eventually.IsTrue(async () => await WaitingAsync("dashboard_error") == 1);
        var payments = await Eventually.Is(() => _dashboard.GetAsync<Payments>("/api/payments"), found => found.Days.Sum(day => day.CompletedCount) == 50);

        Assert.Equal(50 * 51 / 2, Assert.Single(payments.Days).Completed);
        Assert.Equal(0u, await WaitingAsync("dashboard"));
    }

    [Fact]
    public async Task Repeated_message_changes_nothing()
    {
        var payment = Samples.Completed(4200);
        var id = Guid.NewGuid();
        for (var delivery = 0; delivery < 3; delivery++)
        {
            await _dashboard.PublishAsync(payment, id);
        }

        // What comes after it in the same queue has been applied, so all repeats have been looked at.
        await _dashboard.PublishAsync(Samples.Refunded(1200));
        var payments = await Eventually.Is(() => _dashboard.GetAsync<Payments>("/api/payments"), found => found.Days is [{ RefundedCount: 1 }]);
        await Eventually.IsTrue(async () => await WaitingAsync("dashboard") == 0);

        Assert.Equal((1, 4200, 3000), (payments.Days[0].CompletedCount, payments.Days[0].Completed, payments.Days[0].Net));
        Assert.Equal(("partially-refunded", 4200, 1200), payments.Recent.Select(row => (row.Status, row.Amount, row.Refunded)).Single());
        Assert.Equal(2, (await _dashboard.GetAsync<Activity[]>("/api/activity")).Length);
    }

    [Fact]
    public async Task In_app_notification_becomes_an_alert()
    {
        var posted = new InAppNotificationPosted(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "Large payment", "4,200.00 USD", DateTimeOffset.UtcNow);
        await _dashboard.PublishAsync(posted);

        var alerts = await Eventually.Is(() => _dashboard.GetAsync<Alert[]>("/api/alerts"), found => found.Length == 1);

        Assert.Equal((posted.NotificationId, posted.Title, posted.Body, posted.DeliveryId), (alerts[0].Id, alerts[0].Title, alerts[0].Body, alerts[0].DeliveryId));
    }

    [Fact]
    public async Task Text_that_PostgreSQL_does_not_take_is_cleaned_and_projected()
    {
        await _dashboard.PublishAsync(new Contracts.Messages.MessageReceived(Samples.Metadata(source: "chat", provider: "slack"), "1", "C1", "U1", "a\0b " + new string('x', 5000)));

        var feed = await Eventually.Is(() => _dashboard.GetAsync<Activity[]>("/api/activity?source=chat"), lines => lines.Length == 1);

        Assert.StartsWith("from U1 · a b xxx", feed[0].Summary, StringComparison.Ordinal);
        Assert.EndsWith("…", feed[0].Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_replicas_share_the_work_and_count_everything_once()
    {
        await using var second = await DashboardApp.StartAsync(_database, _broker);
        await second.ConnectedAsync();
        var messages = Enumerable.Range(0, 400).Select(number => Samples.Completed(100, $"pi_{number % 7}")).ToList();
        await Task.WhenAll(messages.Select((message, at) => (at % 2 == 0 ? _dashboard : second).PublishAsync(message)));

        await Eventually.Is(() => second.GetAsync<Payments>("/api/payments"), found => found.Days is [{ CompletedCount: 400, Completed: 40_000 }]);
        await using var db = await second.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(400, await db.EventMinutes.SumAsync(row => row.Count, TestContext.Current.CancellationToken));
        Assert.Equal(400, await db.Activities.CountAsync(TestContext.Current.CancellationToken));
    }

    private async Task<uint> WaitingAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = _broker }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        return await channel.MessageCountAsync(queue, TestContext.Current.CancellationToken);
    }
}
