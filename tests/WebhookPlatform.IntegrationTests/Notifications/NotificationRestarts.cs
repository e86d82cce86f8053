using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.Notifications.Storage;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Notifications;

/// <summary>What must survive the end of the process.</summary>
public sealed class NotificationRestarts(TestServers servers)
{
    [Fact]
    public async Task Service_stopped_in_the_middle_of_a_send_sends_after_its_start_and_makes_no_second_row()
    {
        var ground = await NotificationsGround.PrepareAsync(servers);
        await using var chat = await ChatServer.StartAsync();
        chat.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        var payment = NotificationFlow.Payment("stopped");
        await using (var first = await NotificationsHost.StartAsync(ground))
        {
            await first.SubscribeAsync(NotificationFlow.Chat("stopped", chat.Url));
            await first.PublishAsync(payment, payment.Metadata.EventId);
            await Eventually.IsTrue(() => Task.FromResult(chat.Posts.Count == 1));
        }

        chat.Answer = _ => Task.CompletedTask;
        await using var second = await NotificationsHost.StartAsync(ground);
        await second.PublishAsync(payment, payment.Metadata.EventId);
        var rows = await Eventually.Is(() => second.RowsAsync(payment.Metadata.EventId), rows => rows.All(row => row.State is WorkState.Succeeded));

        var row = Assert.Single(rows, row => row.Channel is "chat");
        Assert.Equal(2, chat.Posts.Count);
        Assert.All(chat.Posts, post => Assert.Equal(row.Id.ToString(), post.IdempotencyKey));
    }

    [Fact]
    public async Task Deleted_default_subscription_stays_deleted()
    {
        var ground = await NotificationsGround.PrepareAsync(servers);
        await using (var first = await NotificationsHost.StartAsync(ground))
        {
            var defaults = await first.GetAsync("/api/subscriptions");
            Assert.Equal(8, defaults.GetArrayLength());
            using var deleted = await first.Client.DeleteAsync($"/api/subscriptions/{defaults[0].GetProperty("id").GetGuid()}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        await using var second = await NotificationsHost.StartAsync(ground);
        Assert.Equal(7, (await second.GetAsync("/api/subscriptions")).GetArrayLength());
    }

    [Fact]
    public async Task Old_finished_notifications_are_forgotten_with_their_attempts()
    {
        await using var host = await NotificationsHost.StartAsync(await NotificationsGround.PrepareAsync(servers));
        var subscription = await host.SubscribeAsync(NotificationFlow.Mail("old"));
        var (old, recent) = (NotificationFlow.Payment("old"), NotificationFlow.Payment("old"));
        await host.PublishAsync(old, old.Metadata.EventId);
        await host.PublishAsync(recent, recent.Metadata.EventId);
        await SentAsync(old.Metadata.EventId);
        await SentAsync(recent.Metadata.EventId);
        await using var db = await host.OpenAsync();
        await db.Notifications.Where(row => row.EventId == old.Metadata.EventId).ExecuteUpdateAsync(row => row.SetProperty(item => item.FinishedAt, DateTimeOffset.UtcNow.AddDays(-31)), TestContext.Current.CancellationToken);

        await host.Services.GetServices<IHostedService>().OfType<WorkRetention<NotificationsDbContext, Notification>>().Single().SweepAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await host.RowsAsync(old.Metadata.EventId));
        Assert.NotEmpty(await host.RowsAsync(recent.Metadata.EventId));
        Assert.Equal(1, await db.Set<NotificationAttempt>().CountAsync(TestContext.Current.CancellationToken));

        Task SentAsync(Guid eventId) => Eventually.Is(() => host.RowsAsync(eventId), rows => rows.Any(row => row.SubscriptionId == subscription && row.State is WorkState.Succeeded));
    }
}
