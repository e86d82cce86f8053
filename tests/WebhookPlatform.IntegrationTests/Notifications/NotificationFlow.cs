using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Messaging.Wire;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Notifications;

/// <summary>From events on the broker to notifications that are sent, or not.</summary>
public sealed class NotificationFlow(RunningNotifications running) : IClassFixture<RunningNotifications>
{
    private readonly NotificationsHost _host = running.Host;

    [Fact]
    public async Task One_event_makes_one_row_and_one_mail_however_often_it_is_delivered()
    {
        var subscription = await _host.SubscribeAsync(Mail("first"));
        var payment = Payment("first");
        for (var delivery = 0; delivery < 5; delivery++)
        {
            await _host.PublishAsync(payment, payment.Metadata.EventId);
        }

        // As a replay would that took place after the inbox had forgotten the event.
        await _host.PublishAsync(payment, Guid.NewGuid());
        var last = Payment("first");
        await _host.PublishAsync(last, last.Metadata.EventId);

        await SentAsync(last, subscription);
        var row = await SentAsync(payment, subscription);
        Assert.Equal(1, row.Attempts);
        var mail = await File.ReadAllTextAsync(Path.Combine(_host.Ground.MailFolder, $"{row.Id}.eml"), TestContext.Current.CancellationToken);
        Assert.Contains("Subject: 42.00 USD paid", mail, StringComparison.Ordinal);
        Assert.Contains($"Message-Id: <{row.Id}@webhookplatform>", mail, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, Directory.GetFiles(_host.Ground.MailFolder).Count(file => File.ReadAllText(file).Contains("first@example.com", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_app_notification_is_posted_to_the_console_with_the_rows_id()
    {
        var payment = Payment("console");
        await _host.PublishAsync(payment, payment.Metadata.EventId);

        var row = Assert.Single(await Eventually.Is(() => _host.RowsAsync(payment.Metadata.EventId), rows => rows.Count > 0));
        Assert.Equal(("in-app", WorkState.Succeeded), (row.Channel, row.State));
        var posted = await PublishedAsync(nameof(InAppNotificationPosted), message => message.GetProperty("notificationId").GetGuid() == row.Id);
        Assert.Equal(row.Id, posted.MessageId);
        Assert.Equal("Payment of 42.00 USD completed", posted.Body.GetProperty("title").GetString());
        await EffectAsync(row, "notification.sent");
    }

    [Fact]
    public async Task Failing_chat_server_is_tried_again_when_it_asks_to_be()
    {
        await using var chat = await ChatServer.StartAsync();
        chat.Answer = context =>
        {
            context.Response.StatusCode = chat.Posts.Count == 1 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        };
        var subscription = await _host.SubscribeAsync(Chat("retried", chat.Url));
        var payment = Payment("retried");
        await _host.PublishAsync(payment, payment.Metadata.EventId);

        var row = await SentAsync(payment, subscription);
        Assert.Equal([AttemptOutcome.Failed, AttemptOutcome.Succeeded], row.History.Select(attempt => attempt.Outcome));
        var posts = chat.Posts.ToList();
        Assert.Equal([row.Id.ToString(), row.Id.ToString()], posts.Select(post => post.IdempotencyKey), StringComparer.Ordinal);
        Assert.True(posts[1].At - posts[0].At > TimeSpan.FromSeconds(0.9), $"{posts[1].At - posts[0].At}");
        Assert.Equal("""{"text":"*42.00 USD paid*\nby nobody"}""", posts[0].Body);
        await EffectAsync(row, "notification.planned");
        await EffectAsync(row, "notification.failed");
        await EffectAsync(row, "notification.sent");
    }

    [Fact]
    public async Task Permanent_failure_is_dead_at_once_and_can_be_retried_by_hand()
    {
        await using var chat = await ChatServer.StartAsync();
        chat.Answer = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("no_service");
        };
        var subscription = await _host.SubscribeAsync(Chat("dead", chat.Url));
        var payment = Payment("dead");
        await _host.PublishAsync(payment, payment.Metadata.EventId);

        var dead = await RowAsync(payment, subscription, WorkState.Dead);
        Assert.Equal((1, "The chat server answered 404: no_service"), (dead.Attempts, dead.LastError));
        await EffectAsync(dead, "notification.dead");
        var text = (await _host.GetAsync($"/api/notifications/{dead.Id}")).GetRawText();
        Assert.DoesNotContain("very-secret-token", text, StringComparison.Ordinal);

        chat.Answer = _ => Task.CompletedTask;
        using var retried = await _host.Client.PostAsync($"/api/notifications/{dead.Id}/retry", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        var sent = await SentAsync(payment, subscription);
        Assert.Equal([AttemptOutcome.Rejected, AttemptOutcome.Succeeded], sent.History.Select(attempt => attempt.Outcome));

        using var again = await _host.Client.PostAsync($"/api/notifications/{dead.Id}/retry", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Template_that_cannot_be_rendered_costs_the_wording_not_the_notification()
    {
        var subscription = await _host.SubscribeAsync(Mail("wordless") with { TitleTemplate = "{% for i in (1..1000000) %}x{% endfor %}" });
        var payment = Payment("wordless");
        await _host.PublishAsync(payment, payment.Metadata.EventId);

        var row = await SentAsync(payment, subscription);
        Assert.Equal("PaymentCompleted from shop", row.Title);
        Assert.NotNull(row.RenderError);
    }

    [Fact]
    public async Task Hostile_text_in_an_event_is_told_and_not_poison()
    {
        var subscription = await _host.SubscribeAsync(Mail("hostile") with { TitleTemplate = "{{ event.description }}" });
        var payment = Payment("hostile") with { Description = "a\0b\r\nBcc: victim@example.com <!channel> {{ event }} \U0001F980" };
        await _host.PublishAsync(payment, payment.Metadata.EventId);

        var row = await SentAsync(payment, subscription);
        Assert.Equal("a b  Bcc: victim@example.com <!channel> {{ event }} \U0001F980", row.Title);
        var mail = await File.ReadAllTextAsync(Path.Combine(_host.Ground.MailFolder, $"{row.Id}.eml"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("\nBcc:", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Condition_that_does_not_hold_makes_no_row()
    {
        var subscription = await _host.SubscribeAsync(Mail("dear") with { Conditions = [new { field = "description", @operator = "equals", value = "dear" }, new { field = "amount.minorUnits", @operator = "greaterThan", value = 4200 }] });
        var cheap = Payment("dear");
        var dear = Payment("dear") with { Amount = new Money(4201, "USD") };
        await _host.PublishAsync(cheap, cheap.Metadata.EventId);
        await _host.PublishAsync(dear, dear.Metadata.EventId);

        await SentAsync(dear, subscription);
        await Eventually.Is(() => _host.RowsAsync(cheap.Metadata.EventId), rows => rows.Count > 0);
        Assert.DoesNotContain(await _host.RowsAsync(cheap.Metadata.EventId), row => row.SubscriptionId == subscription);
    }

    [Fact]
    public async Task Request_of_another_service_is_sent_on_the_channel_it_names()
    {
        var request = new NotificationRequested(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "email", "oncall@example.com", "Rule fired", "Look at it");
        await _host.PublishAsync(request, request.RequestId);
        await _host.PublishAsync(request, request.RequestId);

        var rows = await Eventually.Is(() => _host.RowsAsync(request.EventId), rows => rows is [{ State: WorkState.Succeeded }, ..]);
        Assert.Equal(("oncall@example.com", "Rule fired"), (Assert.Single(rows).Target, rows[0].Title));
    }

    [Fact]
    public async Task Request_that_can_never_be_sent_is_dead_where_people_see_it()
    {
        var request = new NotificationRequested(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "pigeon", null, "Rule fired", "");
        await _host.PublishAsync(request, request.RequestId);

        var row = Assert.Single(await Eventually.Is(() => _host.RowsAsync(request.EventId), rows => rows.Count > 0));
        Assert.Equal((WorkState.Dead, "'pigeon' is not a channel. Use one of: email, chat, in-app."), (row.State, row.LastError));
        var effect = await EffectAsync(row, "notification.dead");
        Assert.Equal("Notification by 'pigeon'", effect.GetProperty("title").GetString());
    }

    internal static PaymentCompleted Payment(string description)
    {
        var now = DateTimeOffset.UtcNow;
        var id = Guid.NewGuid();
        return new PaymentCompleted(new EventMetadata(id, now, now, "shop", "stripe", $"evt_{id:N}", Guid.NewGuid(), "pi_1"), "pi_1", new Money(4200, "USD"), Description: description);
    }

    internal static SubscriptionSketch Mail(string description) => new(
        description, "PaymentCompleted", "email", $"{description}@example.com", "{{ event.amount | money }} paid", "by {{ event.customerId | default: 'nobody' }}", [new { field = "description", @operator = "contains", value = description == "hostile" ? "victim" : description }]);

    internal static SubscriptionSketch Chat(string description, string url) => Mail(description) with { Channel = "chat", Target = url };

    private Task<Notification> SentAsync(PaymentCompleted payment, Guid subscription) => RowAsync(payment, subscription, WorkState.Succeeded);

    private async Task<Notification> RowAsync(PaymentCompleted payment, Guid subscription, WorkState state)
    {
        var rows = await Eventually.Is(() => _host.RowsAsync(payment.Metadata.EventId), rows => rows.Any(row => row.SubscriptionId == subscription && row.State == state));
        return Assert.Single(rows, row => row.SubscriptionId == subscription);
    }

    private async Task<JsonElement> EffectAsync(Notification row, string kind) =>
        (await PublishedAsync(nameof(EffectRecorded), message => message.GetProperty("reference").GetString() == row.Id.ToString() && message.GetProperty("kind").GetString() == kind)).Body;

    private async Task<(Guid MessageId, JsonElement Body)> PublishedAsync(string name, Func<JsonElement, bool> wanted)
    {
        var published = await Eventually.Is(_host.PublishedAsync, messages => messages.Any(IsWanted));
        var message = published.Single(IsWanted);
        return (message.MessageId, JsonElement.Parse(message.Body.Span));

        bool IsWanted(BundledMessage message) => message.Name == name && wanted(JsonElement.Parse(message.Body.Span));
    }
}

/// <summary>A subscription as tests write it.</summary>
internal sealed record SubscriptionSketch(string Name, string EventType, string Channel, string? Target, string TitleTemplate, string BodyTemplate, object[] Conditions);
