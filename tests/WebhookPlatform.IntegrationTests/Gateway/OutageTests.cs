using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using RabbitMQ.Client;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

public sealed class OutageTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>, IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        fixture.DatabaseLine.Mend();
        fixture.BrokerLine.Mend();
        await fixture.Gateway.IsReady();
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM outbox") == 0);
    }

    [Fact]
    public async Task Broker_away_webhooks_are_accepted_and_published_when_it_is_back()
    {
        await fixture.DrainAsync(Topology.Automation, expected: 0);
        fixture.BrokerLine.Cut();

        for (var at = 0; at < 20; at++)
        {
            await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent($"evt_broker_away_{at}"))).AcknowledgementAsync();
        }

        using var ready = await fixture.Gateway.Client.GetAsync("/health/ready", Cancel);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(40L, await fixture.QueryAsync<long>(OutboxQueries.CountMessages));

        fixture.BrokerLine.Mend();

        var published = (await fixture.DrainAsync(Topology.Automation, expected: 40)).ToHashSet();
        Assert.All(Enumerable.Range(0, 20), at => Assert.Contains(DeterministicId.From("event", "stripe", "PaymentCompleted", $"evt_broker_away_{at}", "0").ToString(), published));
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM outbox") == 0);
    }

    [Fact]
    public async Task Database_away_webhooks_are_refused_with_503_and_retry_after_and_accepted_when_it_is_back()
    {
        fixture.DatabaseLine.Cut();

        using var refused = await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_database_away"));
        using var unproven = await fixture.Gateway.PostAsync("stripe", "{}"u8.ToArray(), []);
        using var ready = await fixture.Gateway.Client.GetAsync("/health/ready", Cancel);
        using var live = await fixture.Gateway.Client.GetAsync("/health/live", Cancel);
        using var api = await fixture.Gateway.Operator.GetAsync("/api/deliveries", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Unauthorized, unproven.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, api.StatusCode);

        fixture.DatabaseLine.Mend();

        await Eventually.Is(async () => (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_database_away"))).StatusCode, status => status == HttpStatusCode.OK);
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE event_key = 'evt_database_away'"));
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT coalesce(sum(refused), 0)::bigint FROM tallies WHERE source = 'stripe'") >= 1);
    }

    [Fact]
    public async Task Connections_cut_in_the_middle_of_traffic_lose_nothing_that_was_acknowledged()
    {
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(sender => Task.Run(async () =>
        {
            for (var at = 0; !stop.IsCancellationRequested; at++)
            {
                var id = $"evt_cut_{sender}_{at}";
                using var response = await fixture.Gateway.PostStripeAsync(Sending.StripeEvent(id));
                Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, response.StatusCode.ToString());
                if (response.StatusCode is HttpStatusCode.OK)
                {
                    acknowledged.Add(id);
                }
            }
        })).ToList();
        for (var cut = 1; cut <= 5; cut++)
        {
            var target = cut * 40;
            await Eventually.IsTrue(() => Task.FromResult(acknowledged.Count >= target));
            fixture.DatabaseLine.Cut();
            fixture.DatabaseLine.Mend();
        }

        await stop.CancelAsync();
        await Task.WhenAll(senders);

        Assert.Equal(
            acknowledged.Count,
            await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE event_key = ANY($1)", (object)acknowledged.ToArray()));
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM outbox") == 0);
    }

    [Fact]
    public async Task When_too_many_wait_for_a_commit_others_are_refused_before_their_bodies_are_read()
    {
        await using var blocker = new NpgsqlConnection(fixture.Database);
        await blocker.OpenAsync(Cancel);
        await using var transaction = await blocker.BeginTransactionAsync(Cancel);
        await using (var hold = new NpgsqlCommand("LOCK TABLE claims IN EXCLUSIVE MODE", blocker, transaction))
        {
            await hold.ExecuteNonQueryAsync(Cancel);
        }

        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 1200).Select(sender => Task.Run(async () =>
        {
            for (var at = 0; !stop.IsCancellationRequested; at++)
            {
                using var response = await fixture.Gateway.PostStripeAsync(Sending.StripeEvent($"evt_full_{sender}_{at}"));
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                Assert.NotNull(response.Headers.RetryAfter);
            }
        })).ToList();

        await Eventually.IsTrue(async () => await AnswerWithoutBodyAsync() is { } answer && answer.StartsWith("HTTP/1.1 503", StringComparison.Ordinal));

        await stop.CancelAsync();
        await Task.WhenAll(senders);
        await transaction.RollbackAsync(Cancel);
        await Eventually.Is(async () => (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_after_full"))).StatusCode, status => status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Queues_that_vanished_are_declared_again_before_anything_is_lost()
    {
        await using (var connection = await new ConnectionFactory { Uri = fixture.Broker }.CreateConnectionAsync(Cancel))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: Cancel))
        {
            foreach (var queue in Topology.Queues)
            {
                await channel.QueueDeleteAsync(queue, cancellationToken: Cancel);
                await channel.ExchangeDeleteAsync(queue, cancellationToken: Cancel);
            }
        }

        await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_wiped"))).AcknowledgementAsync();

        foreach (var queue in Topology.Queues)
        {
            await Eventually.IsTrue(async () => await fixture.MessagesInAsync(queue) >= 1);
            Assert.Contains(DeterministicId.From("event", "stripe", "PaymentCompleted", "evt_wiped", "0").ToString(), await fixture.DrainAsync(queue, expected: 2));
        }
    }

    [Fact]
    public async Task Two_relays_publish_every_message_once()
    {
        await using var replica = await fixture.StartAsync();
        await fixture.DrainAsync(Topology.Automation, expected: 0);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async at =>
            await (await (at % 2 == 0 ? fixture.Gateway : replica).PostStripeAsync(Sending.StripeEvent($"evt_relays_{at}"))).AcknowledgementAsync()));

        var published = await fixture.DrainAsync(Topology.Automation, expected: 400);
        Assert.Equal(400, published.Count);
        Assert.Equal(400, published.Distinct().Count());
    }

    /// <summary>What is answered to a webhook whose body does not come; null when the gateway waits for it.</summary>
    private async Task<string?> AnswerWithoutBodyAsync()
    {
        var address = fixture.Gateway.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancel);
        await client.GetStream().WriteAsync("POST /webhooks/stripe HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n"u8.ToArray(), Cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromMilliseconds(500));
        var buffer = new byte[1024];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer, patience.Token));
        }
        catch (OperationCanceledException) when (!Cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}
