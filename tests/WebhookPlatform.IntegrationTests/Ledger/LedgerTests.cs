using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.Dashboard.Ledger;
using WebhookPlatform.IntegrationTests.Gateway;
using WebhookPlatform.IntegrationTests.Gateway.Recovery;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Ledger;

/// <summary>The audit over real services: what it says when all is well, and what when somebody tampers.</summary>
public sealed class LedgerTests(TestServers servers) : IAsyncLifetime
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan SecondLook = TimeSpan.FromHours(2);

    private readonly LedgerPlatform _platform = new(servers);

    public ValueTask InitializeAsync() => _platform.InitializeAsync();

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public async Task Traffic_of_all_kinds_balances_for_every_consumer_that_is_run()
    {
        await _platform.SendAsync("all", 20);
        foreach (var at in new[] { 3, 7, 7 })
        {
            Assert.True((await (await _platform.Gateway.PostStripeAsync(Sending.StripeEvent($"evt_all_{at}"))).AcknowledgementAsync()).Duplicate);
        }

        using var forged = await _platform.Gateway.PostAsync("stripe", Sending.StripeEvent("evt_forged"), [new("Stripe-Signature", "t=1,v1=00")]);
        Assert.NotEqual(HttpStatusCode.OK, forged.StatusCode);
        await Eventually.IsTrue(async () => (await RejectionsToldAsync()) > 0);

        await _platform.LookAsync(FirstLook);

        var report = await Eventually.Is(_platform.ReportAsync, report => report.Through is not null && report.InFlight == 0 && report.Consumers.Count == 2);
        Assert.True(report.Balanced);
        var source = Assert.Single(report.Sources);
        Assert.Equal((20, 3, 1, 24), (source.Accepted, source.Duplicates + source.Conflicts, source.Rejected, source.Received));
        Assert.Equal(
            [new ConsumerBalance("dashboard", "stripe", 40, 40, 0, 0, 0), new ConsumerBalance("notifications", "stripe", 40, 40, 0, 0, 0)],
            report.Consumers);
        Assert.Empty(report.Gaps);
    }

    [Fact]
    public async Task Webhooks_that_the_provider_lost_balance_too_and_are_told_apart()
    {
        await using var api = new StripeApi();
        await api.StartAsync();
        using var made = await _platform.Gateway.Operator.PutAsJsonAsync(
            "/api/sources/lossy", new { provider = "stripe", secrets = new[] { GatewayFixture.StripeSecret }, recovery = api.Settings() }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        foreach (var at in Enumerable.Range(0, 30))
        {
            var body = Sending.StripeEvent($"evt_lossy_{at}");
            api.Add(body);
            if (at % 4 != 0)
            {
                var proof = Sending.StripeProof(body, GatewayFixture.StripeSecret, DateTimeOffset.UtcNow);
                Assert.Equal(HttpStatusCode.OK, (await _platform.Gateway.PostAsync("lossy", body, proof)).StatusCode);
            }
        }

        using var asked = await _platform.Gateway.Operator.PostAsJsonAsync("/api/sources/lossy/recover", new { since = DateTimeOffset.UtcNow.AddHours(-1) }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        await Eventually.IsTrue(async () => (await _platform.Gateway.Operator.GetStringAsync("/api/sources/lossy/recoveries", TestContext.Current.CancellationToken)).Contains("\"succeeded\"", StringComparison.Ordinal));
        await _platform.LookAsync(FirstLook);

        var report = await Eventually.Is(_platform.ReportAsync, report => report.Through is not null && report.InFlight == 0 && report.Consumers.Count == 2);
        Assert.True(report.Balanced);
        var source = Assert.Single(report.Sources);
        Assert.Equal((30, 30, 30, 8, 0, 0), (source.Received, source.Accepted, source.Booked, source.Recovered, source.Duplicates, source.Conflicts));
        Assert.All(report.Consumers, consumer => Assert.Equal((60, 60), (consumer.Due, consumer.Delivered)));
    }

    [Fact]
    public async Task Rows_deleted_behind_its_back_are_named()
    {
        var deliveries = await _platform.SendAsync("gone", 12);
        await _platform.LookAsync(FirstLook);
        await Eventually.IsTrue(async () => await _platform.ReportAsync() is { Through: not null, InFlight: 0, Balanced: true });

        Assert.Equal(1, await LedgerPlatform.ExecuteAsync(_platform.GatewayDatabase, "DELETE FROM deliveries WHERE id = $1", deliveries[1].DeliveryId));
        Assert.Equal(1, await LedgerPlatform.ExecuteAsync(_platform.GatewayDatabase, "DELETE FROM claims WHERE delivery_id = $1", deliveries[2].DeliveryId));
        Assert.Equal(1, await LedgerPlatform.ExecuteAsync(_platform.NotificationsDatabase, "DELETE FROM inbox WHERE message_id = $1", LedgerPlatform.IdsOf("gone", 3).Payment));
        Assert.Equal(1, await LedgerPlatform.ExecuteAsync(_platform.DashboardDatabase, "DELETE FROM activities WHERE event_id = $1 AND kind = 'event'", LedgerPlatform.IdsOf("gone", 4).Payment));
        await _platform.LookAsync(SecondLook);

        var report = await Eventually.Is(_platform.ReportAsync, report => report.Missing == 4, TimeSpan.FromSeconds(60));
        Assert.False(report.Balanced);
        Assert.Equal(
            new HashSet<(string, Guid, Guid, string)>
            {
                ("gateway", LedgerPlatform.IdsOf("gone", 1).Webhook, deliveries[1].DeliveryId, "delivery"),
                ("gateway", LedgerPlatform.IdsOf("gone", 2).Webhook, deliveries[2].DeliveryId, "claim"),
                ("notifications", LedgerPlatform.IdsOf("gone", 3).Payment, deliveries[3].DeliveryId, "inbox"),
                ("dashboard", LedgerPlatform.IdsOf("gone", 4).Payment, deliveries[4].DeliveryId, "activity"),
            },
            report.Gaps.Select(gap => (gap.Service, gap.EventId, gap.DeliveryId, gap.Lacks)).ToHashSet());
        await Eventually.Is(() => Task.FromResult(MissingAt("notifications")), missing => missing == 1);
    }

    [Fact]
    public async Task A_journal_that_was_tampered_with_shows_as_a_difference_to_the_tallies()
    {
        await _platform.SendAsync("book", 3);
        Assert.NotEqual(0, await LedgerPlatform.ExecuteAsync(_platform.GatewayDatabase, "DELETE FROM journal"));

        await _platform.LookAsync(FirstLook);

        var report = await Eventually.Is(_platform.ReportAsync, report => report.Through is not null);
        Assert.Equal((false, 3), (report.Balanced, report.Sources.Sum(source => source.Difference)));
    }

    [Fact]
    public async Task What_waits_for_a_consumer_that_is_away_is_in_flight_and_not_missing()
    {
        await _platform.StopNotificationsAsync();
        await _platform.SendAsync("away", 10);
        await _platform.LookAsync(FirstLook);

        var away = await Eventually.Is(_platform.ReportAsync, report => report.Through is not null && report.InFlight == 20);
        Assert.True(away.Balanced);

        await _platform.StartNotificationsAsync();
        var back = await Eventually.Is(_platform.ReportAsync, report => report.InFlight == 0);
        Assert.True(back.Balanced);
        Assert.Equal(20, back.Consumers.Single(consumer => consumer.Consumer is "notifications").Delivered);
    }

    [Fact]
    public async Task A_message_in_the_error_queue_is_dead_and_not_missing()
    {
        var poison = LedgerPlatform.IdsOf("poison", 1).Payment;
        await LedgerPlatform.ExecuteAsync(
            _platform.NotificationsDatabase,
            $"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = '22000'; END $$;
            CREATE TRIGGER poison BEFORE INSERT ON inbox FOR EACH ROW WHEN (NEW.message_id = '{poison}') EXECUTE FUNCTION refuse();
            """);
        await _platform.SendAsync("poison", 3);
        await _platform.LookAsync(FirstLook);

        var report = await Eventually.Is(_platform.ReportAsync, report => report.Dead == 1 && report.InFlight == 0, TimeSpan.FromSeconds(90));
        Assert.True(report.Balanced);
        var dead = Assert.Single(report.Gaps);
        Assert.Equal(("notifications", poison, "dead"), (dead.Service, dead.EventId, dead.Lacks));
        Assert.Equal(new ConsumerBalance("notifications", "stripe", 6, 5, 0, 1, 0), report.Consumers.Single(consumer => consumer.Consumer is "notifications"));
    }

    // Read from this dashboard's meter alone: other tests run dashboards of their own in this process.
    private long? MissingAt(string service)
    {
        long? missing = null;
        var meters = _platform.Dashboard.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name is "ledger.missing" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => missing = tags[0].Value as string == service ? value : missing);
        listener.Start();
        listener.RecordObservableInstruments();
        return missing;
    }

    private async Task<long> RejectionsToldAsync()
    {
        await using var connection = new Npgsql.NpgsqlConnection(_platform.GatewayDatabase);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("SELECT coalesce(sum(rejected), 0)::bigint FROM tallies", connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
