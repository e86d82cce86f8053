using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Gateway.Deliveries;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>Deliveries in partitions of days, and what is let go of.</summary>
public sealed class RetentionTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private DeliveryPartitions Partitions => fixture.Gateway.Services.GetRequiredService<DeliveryPartitions>();

    [Fact]
    public async Task Deliveries_go_to_the_partition_of_their_day()
    {
        await Partitions.CreateAsync(Cancel);

        var (delivery, _) = await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_partition"))).AcknowledgementAsync();

        var today = DateTimeOffset.UtcNow.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        Assert.Equal($"deliveries_{today}", await fixture.QueryAsync<string>("SELECT tableoid::regclass::text FROM deliveries WHERE id = $1", delivery));
    }

    [Fact]
    public async Task Deliveries_from_before_a_partition_was_made_move_into_it()
    {
        var day = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(40);
        var early = await InsertAsync(day);
        Assert.Equal("deliveries_default", await TableOfAsync(early));

        await new DeliveryPartitions(fixture.Gateway.Services.GetRequiredService<NpgsqlDataSource>(), new SetClock(day)).CreateAsync(Cancel);

        Assert.Equal($"deliveries_{day:yyyyMMdd}", await TableOfAsync(early));
    }

    [Fact]
    public async Task Webhooks_that_come_while_a_partition_is_made_are_accepted()
    {
        for (var round = 0; round < 5; round++)
        {
            await Partitions.CreateAsync(Cancel);
            await fixture.QueryAsync<object>(
                $"""
                BEGIN;
                ALTER TABLE deliveries DETACH PARTITION deliveries_{DateTime.UtcNow:yyyyMMdd};
                INSERT INTO deliveries SELECT * FROM deliveries_{DateTime.UtcNow:yyyyMMdd};
                DROP TABLE deliveries_{DateTime.UtcNow:yyyyMMdd};
                COMMIT;
                SELECT true;
                """);
            var posts = Enumerable.Range(0, 60).Select(async at =>
            {
                using var answer = await fixture.Gateway.PostStripeAsync(Sending.StripeEvent($"evt_attached_{round}_{at}"));
                return answer.StatusCode;
            }).ToList();

            await Partitions.CreateAsync(Cancel);

            Assert.All(await Task.WhenAll(posts), status => Assert.Equal(HttpStatusCode.OK, status));
        }

        Assert.Equal(300L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE event_key LIKE 'evt_attached_%'"));
    }

    [Fact]
    public async Task Partitions_past_their_time_are_dropped_and_the_rest_stays()
    {
        var day = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-120);
        var oldDays = new DeliveryPartitions(fixture.Gateway.Services.GetRequiredService<NpgsqlDataSource>(), new SetClock(day));
        await oldDays.CreateAsync(Cancel);
        var old = await InsertAsync(day);
        var stray = await InsertAsync(day.AddDays(-10));
        var (kept, _) = await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_kept"))).AcknowledgementAsync();

        await MaintainAsync(new RetentionOptions { KeepDeliveriesDays = 90 });

        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE id = ANY($1)", (object)new[] { old, stray }));
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM pg_class WHERE relname = $1", $"deliveries_{day:yyyyMMdd}"));
        using var found = await fixture.Gateway.Operator.GetAsync($"/api/deliveries/{kept}", Cancel);
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
    }

    [Fact]
    public async Task An_event_id_is_forgotten_after_the_longest_horizon_and_not_before()
    {
        await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_forgotten"))).AcknowledgementAsync();
        await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_remembered"))).AcknowledgementAsync();
        await fixture.ExecuteAsync("UPDATE claims SET last_seen_at = now() - interval '91 days' WHERE event_key = 'evt_forgotten'");
        await fixture.ExecuteAsync("UPDATE claims SET last_seen_at = now() - interval '89 days' WHERE event_key = 'evt_remembered'");

        await MaintainAsync(new RetentionOptions());

        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM claims WHERE event_key = 'evt_forgotten'"));
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM claims WHERE event_key = 'evt_remembered'"));
    }

    [Fact]
    public async Task Conflicts_of_an_event_id_are_stored_once_across_partitions()
    {
        var (first, _) = await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_conflicting", amount: 100))).AcknowledgementAsync();
        var conflict = Sending.StripeEvent("evt_conflicting", amount: 200);
        for (var time = 0; time < 2; time++)
        {
            await (await fixture.Gateway.PostStripeAsync(conflict)).AcknowledgementAsync();
        }

        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE conflict_of = $1", first));
    }

    [Fact]
    public async Task Retention_that_makes_no_sense_is_refused_at_start_with_what_to_fix()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => fixture.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:KeepClaimsDays"] = "0" }));

        Assert.Contains("Gateway:KeepClaimsDays must be between 1 and 3650.", failure.Message, StringComparison.Ordinal);
    }

    private Task MaintainAsync(RetentionOptions options) =>
        ActivatorUtilities.CreateInstance<DeliveryRetention>(fixture.Gateway.Services, Options.Create(options)).MaintainAsync(Cancel);

    private async Task<Guid> InsertAsync(DateOnly day)
    {
        var received = new DateTimeOffset(day, new TimeOnly(12, 0), TimeSpan.Zero);
        var id = Guid.CreateVersion7(received);
        await fixture.QueryAsync<int>(
            """
            WITH written AS (INSERT INTO deliveries (id, source, provider, event_key, event_type, status, received_at, events, headers, body, body_hash)
            VALUES ($1, 'stripe', 'stripe', $2, 'x', 'Accepted', $3, '{}', '{}', '\x00', '\x00') RETURNING 1) SELECT 1
            """,
            id,
            id.ToString(),
            received);
        return id;
    }

    private Task<string> TableOfAsync(Guid id) => fixture.QueryAsync<string>("SELECT tableoid::regclass::text FROM deliveries WHERE id = $1", id);

    private sealed class SetClock(DateOnly day) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(day, new TimeOnly(12, 0), TimeSpan.Zero);
    }
}
