using CsCheck;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Contracts;
using WebhookPlatform.IntegrationTests.Dashboard;
using WebhookPlatform.Messaging.Inbox;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Automation;

/// <summary>Whatever order events come in, however often and under whichever message ids, the same runs come of them.</summary>
public sealed class ConvergenceTests(TestServers servers)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 23, 59, 58, TimeSpan.Zero);

    [Fact]
    public async Task Payments_give_one_run_for_every_match_whatever_the_order_of_arrival()
    {
        await using var host = await AutomationHost.StartAsync(servers);
        var rule = (await host.CreateRuleAsync(new { type = "notify", channel = "in-app", title = "{{ event.paymentId }}" }))["id"]!.GetValue<Guid>();
        var published = new HashSet<Guid>();
        var payment =
            from kind in Gen.Int[0, 2]
            from id in Gen.Int[1, 3]
            from ticks in Gen.Int[0, 30]
            select (IDomainEvent)(kind switch
            {
                0 => Samples.Completed(100, $"pi_{id}", "USD", Start.AddTicks(ticks * 3_000_001L)),
                1 => Samples.Failed(100, $"pi_{id}", "USD", Start.AddTicks(ticks * 3_000_001L)),
                _ => Samples.Refunded(100, $"pi_{id}", "USD", Start.AddTicks(ticks * 3_000_001L)),
            });

        await Gen.Select(payment.Array[1, 10], Gen.Int[0, int.MaxValue]).SampleAsync(
            async (events, seed) =>
            {
                await PublishAsync(host, events, new Random(seed), published);
                await Eventually.IsTrue(async () => await host.WithDatabaseAsync(db => db.Set<InboxEntry>().CountAsync()) == published.Count);

                var ids = events.Select(one => one.Metadata.EventId).ToArray();
                var runs = await host.WithDatabaseAsync(db => db.Runs.Where(run => ids.Contains(run.EventId)).Select(run => new { run.EventId, run.RuleId }).ToListAsync());
                Assert.All(runs, run => Assert.Equal(rule, run.RuleId));
                Assert.Equal(
                    events.Where(one => one.GetType().Name == "PaymentCompleted").Select(one => one.Metadata.EventId).Order(),
                    runs.Select(run => run.EventId).Order());
            },
            iter: 20,
            threads: 1);
    }

    // Each event once or more often, in any order, in a few commits; now and then as if a relay had told it under another message id.
    private static async Task PublishAsync(AutomationHost host, IDomainEvent[] events, Random random, HashSet<Guid> published)
    {
        IDomainEvent[] told = [.. events.SelectMany(one => Enumerable.Repeat(one, random.Next(1, 4)))];
        random.Shuffle(told);
        foreach (var together in told.Chunk(random.Next(1, 8)))
        {
            await host.WithDatabaseAsync(async db =>
            {
                foreach (var one in together)
                {
                    var id = random.Next(5) == 0 ? Guid.NewGuid() : one.Metadata.EventId;
                    published.Add(id);
                    db.Set<OutboxMessage>().Add(OutboxMessage.For(one, id, default));
                }

                return await db.SaveChangesAsync();
            });
        }
    }
}
