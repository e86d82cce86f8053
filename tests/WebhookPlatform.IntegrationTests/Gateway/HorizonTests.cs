using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.IntegrationTests.Clocks;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>For how long an event that comes again is the same one: by source, on replicas whose clock is set.</summary>
public sealed class HorizonTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>, IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly JumpingClock _clock = new();
    private RunningService? _replica;

    private RunningService Replica => _replica!;

    public async ValueTask InitializeAsync() => _replica = await StartAsync();

    public async ValueTask DisposeAsync() => await Replica.DisposeAsync();

    [Fact]
    public async Task An_event_is_a_duplicate_until_it_has_not_come_for_its_horizon_and_is_new_once_then()
    {
        var first = await SendAsync("monthly", "evt_again", days: 0);
        Assert.False(first.Duplicate);

        // Each time counts anew: what still comes is not forgotten.
        Assert.Equal((first.DeliveryId, true), await SendAsync("monthly", "evt_again", days: 29));
        Assert.Equal((first.DeliveryId, true), await SendAsync("monthly", "evt_again", days: 58));

        var anew = await SendAsync("monthly", "evt_again", days: 89);
        Assert.False(anew.Duplicate);
        Assert.NotEqual(first.DeliveryId, anew.DeliveryId);
        Assert.Equal((anew.DeliveryId, true), await SendAsync("monthly", "evt_again", days: 89));
        Assert.Equal((anew.DeliveryId, true), await SendAsync("monthly", "evt_again", days: 118));
        Assert.Equal((2L, 0L), await StoredAsync("monthly", "evt_again"));
        Assert.Equal(2, await fixture.QueryAsync<int>("SELECT duplicates FROM claims WHERE source = 'monthly' AND event_key = 'evt_again'"));
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT sum(accepted)::bigint FROM tallies WHERE source = 'monthly' AND minute = (SELECT date_trunc('minute', received_at) FROM deliveries WHERE id = $1)", anew.DeliveryId));
    }

    [Fact]
    public async Task Another_body_is_a_conflict_within_the_horizon_and_an_event_of_its_own_after_it()
    {
        await SendAsync("monthly", "evt_body", days: 0, amount: 1);
        await SendAsync("monthly", "evt_body", days: 1, amount: 2);
        Assert.Equal((2L, 1L), await StoredAsync("monthly", "evt_body"));

        var anew = await SendAsync("monthly", "evt_body", days: 32, amount: 3);

        Assert.False(anew.Duplicate);
        Assert.Equal((anew.DeliveryId, true), await SendAsync("monthly", "evt_body", days: 32, amount: 3));
        Assert.Equal((3L, 1L), await StoredAsync("monthly", "evt_body"));
    }

    [Fact]
    public async Task Of_two_replicas_that_get_an_event_after_its_horizon_at_the_same_moment_one_accepts_it()
    {
        await using var other = await StartAsync();
        var events = Enumerable.Range(0, 40).Select(at => $"evt_race_{at}").ToList();
        Assert.All(await Task.WhenAll(events.Select(id => SendAsync("monthly", id, days: 0))), answer => Assert.False(answer.Duplicate));

        _clock.Set(TimeSpan.FromDays(31));
        Task<(string Id, (Guid DeliveryId, bool Duplicate) Answer)[]> sent;
        await using (var connection = new NpgsqlConnection(fixture.Database))
        {
            // Both have seen the old claims and want them when they are let go.
            await connection.OpenAsync(Cancel);
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            await using var hold = new NpgsqlCommand("SELECT 1 FROM claims WHERE event_key LIKE 'evt_race_%' FOR UPDATE", connection);
            await hold.ExecuteNonQueryAsync(Cancel);
            sent = Task.WhenAll(events.SelectMany(id => Enumerable.Range(0, 6).Select(async at => (id, await PostAsync(at % 2 == 0 ? Replica : other, "monthly", id)))));
            await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") >= 2);
            await transaction.CommitAsync(Cancel);
        }

        var answers = await sent;

        foreach (var answered in answers.GroupBy(one => one.Id, one => one.Answer, StringComparer.Ordinal))
        {
            Assert.Single(answered, answer => !answer.Duplicate);
            Assert.Single(answered.Select(answer => answer.DeliveryId).Distinct());
            Assert.Equal((2L, 0L), await StoredAsync("monthly", answered.Key));
            Assert.Equal(5, await fixture.QueryAsync<int>("SELECT duplicates FROM claims WHERE source = 'monthly' AND event_key = $1", answered.Key));
        }
    }

    [Fact]
    public async Task A_longer_horizon_keeps_its_claims_through_the_purge_and_a_shorter_one_ends_no_later_for_it()
    {
        var patient = await SendAsync("patient", "evt_kept", days: 0);
        var brief = await SendAsync("brief", "evt_kept", days: 0);

        await MaintainAsync(days: 1);
        Assert.Equal((brief.DeliveryId, true), await SendAsync("brief", "evt_kept", days: 1));
        await MaintainAsync(days: 99);
        Assert.Equal(1L, await ClaimsAsync("patient", "evt_kept"));
        Assert.False((await SendAsync("brief", "evt_kept", days: 99)).Duplicate);
        Assert.Equal((patient.DeliveryId, true), await SendAsync("patient", "evt_kept", days: 99));

        await MaintainAsync(days: 198);
        Assert.Equal((1L, 1L), (await ClaimsAsync("patient", "evt_kept"), await ClaimsAsync("brief", "evt_kept")));
        await MaintainAsync(days: 200);
        Assert.Equal((0L, 0L), (await ClaimsAsync("patient", "evt_kept"), await ClaimsAsync("brief", "evt_kept")));
        Assert.False((await SendAsync("patient", "evt_kept", days: 200)).Duplicate);
    }

    [Fact]
    public async Task Nothing_is_forgotten_while_a_source_cannot_be_used()
    {
        await SendAsync("monthly", "evt_unsure", days: 0);
        var directory = Replica.Services.GetRequiredService<SourceDirectory>();
        await fixture.ExecuteAsync("INSERT INTO sources (name, settings, created_at, changed_at) VALUES ('broken', 'nobody can read this', now(), now()); SELECT pg_notify('sources', '')");
        await Eventually.IsTrue(() => Task.FromResult(directory.IsLoaded && !directory.IsComplete));

        await MaintainAsync(days: 500);
        Assert.Equal(1L, await ClaimsAsync("monthly", "evt_unsure"));

        await fixture.ExecuteAsync("DELETE FROM sources WHERE name = 'broken'; SELECT pg_notify('sources', '')");
        await Eventually.IsTrue(() => Task.FromResult(directory.IsComplete));
        await MaintainAsync(days: 500);
        Assert.Equal(0L, await ClaimsAsync("monthly", "evt_unsure"));
    }

    [Fact]
    public async Task A_source_of_the_api_sets_its_horizon_within_bounds_and_shows_what_counts()
    {
        using var refused = await PutAsync(new { provider = "stripe", secrets = new[] { "whsec_of_the_tests" }, duplicateHorizonDays = 2 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("DuplicateHorizonDays must be between 3 and 3650: stripe itself retries for up to 3 days", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        using var made = await PutAsync(new { provider = "token", secrets = new[] { Secret }, eventIdField = "id", duplicateHorizonDays = 5 });
        Assert.Equal((HttpStatusCode.Created, 5), (made.StatusCode, await DaysAsync(made)));
        var first = await SendAsync("made", "evt_made", days: 0);
        Assert.Equal((first.DeliveryId, true), await SendAsync("made", "evt_made", days: 4));
        Assert.False((await SendAsync("made", "evt_made", days: 10)).Duplicate);

        using var changed = await PutAsync(new { provider = "token", eventIdField = "id" });
        Assert.Equal((HttpStatusCode.OK, 30), (changed.StatusCode, await DaysAsync(changed)));
        Assert.True((await SendAsync("made", "evt_made", days: 20)).Duplicate);
        using var paddle = await Replica.Operator.GetAsync("/api/sources/paddle", Cancel);
        Assert.Equal(90, await DaysAsync(paddle));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(40, false)]
    public async Task A_webhook_is_known_by_what_was_recovered_in_its_stead_until_the_horizon(int days, bool isKnown)
    {
        _clock.Set(TimeSpan.Zero);
        var context = new SimulationContext(SimulatedSources.SecretOf("shopify"), TimeProvider.System, new Random(days));
        var webhook = SimulatorCatalog.Find("shopify")!.Create("orders/create", context);
        async Task<(Guid DeliveryId, bool Duplicate)> PostAsync() =>
            await (await Replica.PostAsync("shopify", webhook.Body, webhook.Headers.Where(header => header.Key != "Content-Type"))).AcknowledgementAsync();
        var (sent, _) = await PostAsync();
        var recovered = Guid.CreateVersion7();
        await fixture.ExecuteAsync("DELETE FROM claims c USING deliveries d WHERE d.id = $1 AND c.source = d.source AND c.event_key = d.event_key", sent);
        await fixture.ExecuteAsync("UPDATE claims SET delivery_id = $2, body_hash = '', last_seen_at = now() - $3 * interval '24 hours' WHERE delivery_id = $1", sent, recovered, days);
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM claims WHERE delivery_id = $1 AND body_hash = ''", recovered));

        var again = await PostAsync();

        Assert.Equal(isKnown, again.Duplicate);
        Assert.Equal(isKnown, again.DeliveryId == recovered);
        Assert.Equal(isKnown ? 1L : 0L, await fixture.QueryAsync<long>("SELECT count(*) FROM claims WHERE delivery_id = $1", recovered));
        Assert.Equal((again.DeliveryId, true), await PostAsync());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 0)]
    public async Task What_was_not_believed_is_let_in_within_the_horizon_only_and_let_go_of_after_it(int days, int released)
    {
        _clock.Set(TimeSpan.Zero);
        var source = $"rotated-{days}";
        using var made = await PutAsync(new { provider = "token", secrets = new[] { "the_secret_before" }, eventIdField = "id", duplicateHorizonDays = 2 }, source);
        using var refused = await Replica.PostAsync(source, """{"id":"evt_unproven"}"""u8.ToArray(), [new("X-Signature", Secret)]);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        await Eventually.IsTrue(async () => await KeptAsync(source) == 1);
        using var mended = await PutAsync(new { provider = "token", secrets = new[] { Secret }, eventIdField = "id", duplicateHorizonDays = 2 }, source);

        _clock.Set(TimeSpan.FromDays(days));
        using var answer = await Replica.Operator.PostAsync($"/api/sources/{source}/quarantine/release", null, Cancel);

        Assert.Equal(released, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("released").GetInt32());
        Assert.Equal(1 - released, await KeptAsync(source));
        await MaintainAsync(days);
        Assert.Equal(0, await KeptAsync(source));
    }

    private const string Secret = "abc123xyz";

    private Task<RunningService> StartAsync() => fixture.StartAsync(
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Sources:monthly:Provider"] = "token",
            ["Sources:monthly:Secrets:0"] = Secret,
            ["Sources:monthly:EventIdField"] = "id",
            ["Sources:brief:Provider"] = "token",
            ["Sources:brief:Secrets:0"] = Secret,
            ["Sources:brief:EventIdField"] = "id",
            ["Sources:brief:DuplicateHorizonDays"] = "2",
            ["Sources:patient:Provider"] = "token",
            ["Sources:patient:Secrets:0"] = Secret,
            ["Sources:patient:EventIdField"] = "id",
            ["Sources:patient:DuplicateHorizonDays"] = "100",
        },
        _clock);

    private async Task<(Guid DeliveryId, bool Duplicate)> SendAsync(string source, string id, int days, int amount = 4200)
    {
        _clock.Set(TimeSpan.FromDays(days));
        return await PostAsync(Replica, source, id, amount);
    }

    private static async Task<(Guid DeliveryId, bool Duplicate)> PostAsync(RunningService replica, string source, string id, int amount = 4200)
    {
        using var answer = await replica.PostAsync(source, Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","event":"paid","amount":{{amount}}}"""), [new("X-Signature", Secret)]);
        return await answer.AcknowledgementAsync();
    }

    private async Task MaintainAsync(int days)
    {
        _clock.Set(TimeSpan.FromDays(days));
        await Replica.Services.GetRequiredService<DeliveryRetention>().MaintainAsync(Cancel);
    }

    private Task<HttpResponseMessage> PutAsync(object settings, string source = "made") => Replica.Operator.PutAsJsonAsync($"/api/sources/{source}", settings, Cancel);

    private Task<long> KeptAsync(string source) => fixture.QueryAsync<long>("SELECT count(*) FROM quarantine WHERE source = $1", source);

    private static async Task<int> DaysAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("duplicateHorizonDays").GetInt32();

    private Task<long> ClaimsAsync(string source, string key) => fixture.QueryAsync<long>("SELECT count(*) FROM claims WHERE source = $1 AND event_key = $2", source, key);

    private async Task<(long All, long Conflicts)> StoredAsync(string source, string key) => (
        await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1 AND event_key = $2", source, key),
        await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1 AND event_key = $2 AND conflict_of IS NOT NULL", source, key));
}
