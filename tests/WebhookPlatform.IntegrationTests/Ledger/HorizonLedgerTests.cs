using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.IntegrationTests.Clocks;
using WebhookPlatform.IntegrationTests.Gateway;
using WebhookPlatform.IntegrationTests.Messaging;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Ledger;

public sealed class HorizonLedgerTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claim_that_was_taken_over_after_its_horizon_is_not_missed()
    {
        var clock = new JumpingClock();
        await using var replica = await fixture.StartAsync(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Sources:brief:Provider"] = "token",
                ["Sources:brief:Secrets:0"] = "abc123xyz",
                ["Sources:brief:EventIdField"] = "id",
                ["Sources:brief:DuplicateHorizonDays"] = "2",
            },
            clock);
        async Task<bool> IsDuplicateAsync(string source)
        {
            using var answer = await replica.PostAsync(source, """{"id":"evt_booked"}"""u8.ToArray(), [new("X-Signature", "abc123xyz")]);
            return (await answer.AcknowledgementAsync()).Duplicate;
        }

        // Not in the minute in which the books were opened.
        clock.Set(TimeSpan.FromHours(1));
        Assert.Equal((false, false), (await IsDuplicateAsync("brief"), await IsDuplicateAsync("shop")));
        clock.Set(TimeSpan.FromDays(3));
        Assert.Equal((false, true), (await IsDuplicateAsync("brief"), await IsDuplicateAsync("shop")));

        var audit = replica.Services.GetRequiredService<LedgerAudit>();
        await Eventually.IsTrue(async () =>
        {
            await audit.LookAsync(clock.GetUtcNow(), Cancel);
            return await fixture.QueryAsync<long>("SELECT count(*) FROM audited_minutes WHERE looks = 3 AND minute = (SELECT date_trunc('minute', min(received_at)) FROM deliveries WHERE source = 'shop')") == 1;
        });
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>(OutboxQueries.CountMessages) == 0);

        var own = (await Bundles.TakeAsync(fixture.Broker, "dashboard")).Select(message => message.Read()).OfType<LedgerAnswered>().Where(answer => answer.Service == "gateway").ToList();
        Assert.Empty(own.SelectMany(answer => answer.Gaps));
        Assert.Contains(own, answer => answer.Source == "shop");
        Assert.DoesNotContain(own, answer => answer.Source == "brief");
    }
}
