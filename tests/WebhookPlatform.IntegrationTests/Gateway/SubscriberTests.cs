using System.Collections.Concurrent;
using MassTransit;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>Programs that are no part of the platform and listen to its events.</summary>
public sealed class SubscriberTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    [Fact]
    public async Task Anybodys_MassTransit_consumer_receives_the_events_of_a_type()
    {
        var received = new ConcurrentBag<(Guid? MessageId, PaymentCompleted Payment)>();
        var bus = Bus.Factory.CreateUsingRabbitMq(theirs =>
        {
            theirs.Host(fixture.Broker);
            theirs.ReceiveEndpoint("accounting", endpoint => endpoint.Handler<PaymentCompleted>(message =>
            {
                received.Add((message.MessageId, message.Message));
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(async at => await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent($"evt_theirs_{at}"))).AcknowledgementAsync()));

            await Eventually.IsTrue(() => Task.FromResult(received.Count >= 50));
            Assert.Equal(
                Enumerable.Range(0, 50).Select(at => DeterministicId.From("event", "stripe", "PaymentCompleted", $"evt_theirs_{at}", "0")).Order(),
                received.Select(message => message.MessageId!.Value).Order());
            Assert.All(received, message => Assert.Equal(message.MessageId, message.Payment.Metadata.EventId));
        }
        finally
        {
            await bus.StopAsync(TestContext.Current.CancellationToken);
        }
    }
}
