using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.IntegrationTests.Dashboard;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Messaging;

/// <summary>A consumer, here the dashboard, whose database is behind a line that can be cut.</summary>
public sealed class ConsumerOutageTests(TestServers servers)
{
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Database_away_messages_wait_in_the_queue_and_take_effect_once_when_it_is_back()
    {
        var (database, broker) = (await servers.CreateDatabaseAsync("dashboard"), await servers.CreateBrokerAsync("outage"));
        var straight = new NpgsqlConnectionStringBuilder(database);
        await using var line = new TcpProxy(straight.Host!, straight.Port);
        var throughLine = new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = line.Port, Timeout = 3 }.ConnectionString;
        await using var dashboard = await DashboardApp.StartAsync(throughLine, broker);
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Cancelled);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);

        line.Cut();
        await Task.WhenAll(Enumerable.Range(0, 700).Select(number => dashboard.PublishAsync(Samples.Completed(100, $"pi_{number}"))));

        // More than the consumer may hold: the rest waits in the queue, while what it holds is retried and not given up.
        await Eventually.IsTrue(async () => (await channel.QueueDeclarePassiveAsync(Topology.Dashboard, Cancelled)).MessageCount > 0);
        line.Mend();

        await Eventually.Is(async () => (await dashboard.GetAsync<Payments>("/api/payments")).Days.Sum(day => day.CompletedCount), count => count == 700);
        Assert.Equal(70_000, (await dashboard.GetAsync<Payments>("/api/payments")).Days.Sum(day => day.Completed));
        Assert.Equal(0u, (await channel.QueueDeclarePassiveAsync(Topology.Dashboard, Cancelled)).MessageCount);
        await Assert.ThrowsAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>(() => channel.QueueDeclarePassiveAsync($"{Topology.Dashboard}_error", Cancelled));
    }

    [Fact]
    public async Task Messages_published_before_a_consumers_first_start_wait_for_it()
    {
        var broker = await servers.CreateBrokerAsync("first-start");
        await using var publisher = await DashboardApp.StartAsync(await servers.CreateDatabaseAsync("dashboard"), broker);
        await using (var db = await publisher.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancelled))
        {
            db.Add(OutboxMessage.For(Samples.Completed(100), Guid.NewGuid(), default));
            await db.SaveChangesAsync(Cancelled);
        }

        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Cancelled);
        foreach (var queue in new[] { Topology.Notifications, Topology.Automation })
        {
            await Eventually.IsTrue(async () =>
            {
                // Asking for a queue that is not there yet closes the channel.
                await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);
                return (await channel.QueueDeclarePassiveAsync(queue, Cancelled)).MessageCount == 1;
            });
        }
    }

    [Fact]
    public async Task Stopping_in_the_middle_of_messages_returns_them_to_the_queue()
    {
        var (database, broker) = (await servers.CreateDatabaseAsync("dashboard"), await servers.CreateBrokerAsync("stop"));
        var straight = new NpgsqlConnectionStringBuilder(database);
        await using var line = new TcpProxy(straight.Host!, straight.Port);
        var throughLine = new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = line.Port, Timeout = 3 }.ConnectionString;
        await using (var first = await DashboardApp.StartAsync(throughLine, broker))
        {
            line.Cut();
            await Task.WhenAll(Enumerable.Range(0, 50).Select(number => first.PublishAsync(Samples.Completed(100, $"pi_{number}"))));
        }

        line.Mend();
        await using var second = await DashboardApp.StartAsync(database, broker);

        await Eventually.Is(async () => (await second.GetAsync<Payments>("/api/payments")).Days.Sum(day => day.CompletedCount), count => count == 50);
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(Cancelled);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);
        await Assert.ThrowsAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>(() => channel.QueueDeclarePassiveAsync($"{Topology.Dashboard}_error", Cancelled));
    }

    [Fact]
    public void Every_domain_event_has_a_queue_that_listens_to_it() =>
        Assert.All(ContractCatalog.DomainEvents, type => Assert.Contains(Topology.Queues, queue => Topology.MessagesOf(queue).Contains(type)));
}
