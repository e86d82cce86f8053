using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

public sealed class IngressTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accepted_webhook_is_stored_byte_for_byte_and_published_to_every_consumer()
    {
        var body = Sending.StripeEvent("evt_stored");

        var (delivery, duplicate) = await (await fixture.Gateway.PostStripeAsync(body)).AcknowledgementAsync();

        Assert.False(duplicate);
        Assert.Equal(body, await fixture.QueryAsync<byte[]>("SELECT body FROM deliveries WHERE id = $1", delivery));
        Assert.Equal(body, await fixture.Gateway.Operator.GetByteArrayAsync($"/api/deliveries/{delivery}/body", Cancel));
        var detail = await fixture.Gateway.Operator.GetFromJsonAsync<JsonElement>($"/api/deliveries/{delivery}", Cancel);
        Assert.Equal("PaymentCompleted", detail.GetProperty("events")[0].GetString());
        Assert.False(detail.GetProperty("headers").TryGetProperty("Stripe-Signature", out _));
        var expected = new[] { DeterministicId.From("webhook", "stripe", "evt_stored"), DeterministicId.From("event", "stripe", "PaymentCompleted", "evt_stored", "0") }.Select(id => id.ToString());
        foreach (var queue in new[] { Topology.Notifications, Topology.Automation })
        {
            // Among what other tests have published.
            var published = new HashSet<string>(StringComparer.Ordinal);
            await Eventually.IsTrue(async () =>
            {
                published.UnionWith(await fixture.DrainAsync(queue, expected: 0));
                return published.IsSupersetOf(expected);
            });
        }
    }

    [Fact]
    public async Task Duplicate_delivery_is_acknowledged_and_published_once()
    {
        var body = Sending.StripeEvent("evt_twice");
        var first = await (await fixture.Gateway.PostStripeAsync(body)).AcknowledgementAsync();

        var second = await (await fixture.Gateway.PostStripeAsync(body)).AcknowledgementAsync();

        Assert.Equal((first.DeliveryId, true), second);
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE event_key = 'evt_twice'"));
        Assert.Equal(1, await fixture.QueryAsync<int>("SELECT duplicates FROM claims WHERE event_key = 'evt_twice'"));
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM outbox") == 0);
    }

    [Fact]
    public async Task Many_copies_at_once_are_one_delivery()
    {
        var body = Sending.StripeEvent("evt_crowd");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => await (await fixture.Gateway.PostStripeAsync(body)).AcknowledgementAsync()));

        Assert.Single(answers, answer => !answer.Duplicate);
        Assert.Single(answers.Select(answer => answer.DeliveryId).Distinct());
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE event_key = 'evt_crowd'"));
    }

    [Fact]
    public async Task Known_id_with_another_body_is_kept_flagged_and_not_published()
    {
        var (original, _) = await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_conflict", amount: 100))).AcknowledgementAsync();
        var other = Sending.StripeEvent("evt_conflict", amount: 999);

        Assert.Equal((original, true), await (await fixture.Gateway.PostStripeAsync(other)).AcknowledgementAsync());
        Assert.Equal((original, true), await (await fixture.Gateway.PostStripeAsync(other)).AcknowledgementAsync());

        var conflicts = await fixture.Gateway.Operator.GetFromJsonAsync<JsonElement>("/api/deliveries?status=conflict", Cancel);
        var conflict = Assert.Single(conflicts.GetProperty("deliveries").EnumerateArray());
        Assert.Equal(original, conflict.GetProperty("conflictOf").GetGuid());
        Assert.Equal(other, await fixture.Gateway.Operator.GetByteArrayAsync($"/api/deliveries/{conflict.GetProperty("id").GetGuid()}/body", Cancel));
        using var replay = await fixture.Gateway.Operator.PostAsync($"/api/deliveries/{conflict.GetProperty("id").GetGuid()}/replay", null, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, replay.StatusCode);
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT coalesce(sum(conflicts), 0)::bigint FROM tallies WHERE source = 'stripe'") == 2);
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("")]
    [InlineData("{\"id\":\"evt_unmapped\",\"type\":\"customer.created\",\"created\":1}")]
    [InlineData("{\"id\":12345678901234567890123456789,\"type\":[],\"created\":1e400}")]
    public async Task Verified_body_that_maps_to_nothing_is_kept_and_published_as_received(string text)
    {
        var (delivery, _) = await (await fixture.Gateway.PostStripeAsync(Encoding.UTF8.GetBytes(text))).AcknowledgementAsync();

        Assert.Equal(Encoding.UTF8.GetBytes(text), await fixture.QueryAsync<byte[]>("SELECT body FROM deliveries WHERE id = $1", delivery));
        Assert.Empty(await fixture.QueryAsync<string[]>("SELECT events FROM deliveries WHERE id = $1", delivery));
    }

    [Fact]
    public async Task Xeros_deliberately_wrong_signature_is_refused_without_a_word()
    {
        using var response = await fixture.Gateway.PostAsync("xero", """{"events":[]}"""u8.ToArray(), [new("x-xero-signature", "GghancJGCHDmej2/RrSNLS1qKLVXt8sYkJhoCGg2E5Q=")]);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Declared_mapping_turns_a_token_sources_json_into_an_event()
    {
        var body = """{"id":"n1","event":"payment_success","orderId":"ord_1","amount":4200,"currency":"USD"}"""u8.ToArray();

        var (delivery, _) = await (await fixture.Gateway.PostAsync("shop", body, [new("X-Signature", "abc123xyz")])).AcknowledgementAsync();

        Assert.Equal(["PaymentCompleted"], await fixture.QueryAsync<string[]>("SELECT events FROM deliveries WHERE id = $1", delivery));
    }

    [Fact]
    public async Task Replay_publishes_the_same_events_under_the_same_ids()
    {
        var (delivery, _) = await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_replayed"))).AcknowledgementAsync();
        var id = DeterministicId.From("event", "stripe", "PaymentCompleted", "evt_replayed", "0").ToString();

        using var replayed = await fixture.Gateway.Operator.PostAsync($"/api/deliveries/{delivery}/replay", null, Cancel);

        Assert.Equal(HttpStatusCode.OK, replayed.StatusCode);
        var seen = new List<string>();
        await Eventually.IsTrue(async () =>
        {
            seen.AddRange(await fixture.DrainAsync(Topology.Dashboard, expected: 0));
            return seen.Count(message => message == id) == 2;
        });
    }

    [Fact]
    public async Task Delivery_older_than_consumers_remember_is_not_replayed()
    {
        var (delivery, _) = await (await fixture.Gateway.PostStripeAsync(Sending.StripeEvent("evt_old"))).AcknowledgementAsync();
        await fixture.QueryAsync<int>("WITH aged AS (UPDATE deliveries SET received_at = received_at - interval '31 days' WHERE id = $1 RETURNING 1) SELECT 1", delivery);

        using var refused = await fixture.Gateway.Operator.PostAsync($"/api/deliveries/{delivery}/replay", null, Cancel);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("InboxRetention", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_whose_settings_cannot_be_read_is_our_fault_and_not_unknown()
    {
        using var made = await fixture.Gateway.Operator.PutAsJsonAsync("/api/sources/unreadable", new { provider = "token", secrets = new[] { "a-secret" } }, Cancel);
        await fixture.QueryAsync<int>("WITH broken AS (UPDATE sources SET settings = 'x' WHERE name = 'unreadable' RETURNING 1) SELECT 1");
        await using var replica = await fixture.StartAsync();

        await Eventually.Is(
            async () => (await replica.PostAsync("unreadable", "{}"u8.ToArray(), [new("X-Signature", "a-secret")])).StatusCode,
            status => status == HttpStatusCode.ServiceUnavailable);

        // Until it has read its sources for the first time it knows none, and says so.
        await Eventually.Is(async () => (await replica.PostAsync("never-made", "{}"u8.ToArray(), [])).StatusCode, status => status == HttpStatusCode.NotFound);
        using var again = await fixture.Gateway.Operator.PutAsJsonAsync("/api/sources/unreadable", new { provider = "token" }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        using var removed = await fixture.Gateway.Operator.DeleteAsync("/api/sources/unreadable", Cancel);
    }

    [Theory]
    [InlineData("{\"provider\":\"token\",\"secrets\":null}")]
    [InlineData("{\"provider\":\"token\",\"secrets\":[null]}")]
    [InlineData("{\"provider\":\"token\",\"secrets\":[\"x\"],\"map\":[null]}")]
    [InlineData("{\"provider\":\"token\",\"secrets\":[\"x\"],\"map\":[{\"when\":null,\"event\":null}]}")]
    [InlineData("not json")]
    [InlineData("null")]
    public async Task Bad_settings_of_a_source_are_the_callers_mistake(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await fixture.Gateway.Operator.PutAsync("/api/sources/bad", content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Counts_are_told_to_the_dashboard_as_running_totals()
    {
        var replica = await fixture.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Sources:counted:Provider"] = "token", ["Sources:counted:Secrets:0"] = "counted-token" });
        await using (replica)
        {
            for (var at = 0; at < 3; at++)
            {
                await (await replica.PostAsync("counted", Encoding.UTF8.GetBytes($"{{\"n\":{at % 2}}}"), [new("X-Signature", "counted-token")])).AcknowledgementAsync();
            }

            using var rejected = await replica.PostAsync("counted", "{}"u8.ToArray(), [new("X-Signature", "wrong")]);
            await Eventually.Is(
                async () => await fixture.QueryAsync<string>("SELECT sum(accepted) || ' ' || sum(duplicates) || ' ' || sum(rejected) FROM tallies WHERE source = 'counted'"),
                totals => totals == "2 1 1");
        }
    }

    [Fact]
    public async Task Sources_made_through_the_api_work_at_once_on_every_replica_and_never_show_their_secrets()
    {
        await using var replica = await fixture.StartAsync();
        using var made = await fixture.Gateway.Operator.PutAsJsonAsync("/api/sources/partner", new { provider = "token", secrets = new[] { "a-secret-of-a-partner" }, header = "X-Partner" }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.DoesNotContain("a-secret-of-a-partner", await made.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        await Eventually.Is(
            async () => (await replica.PostAsync("partner", "{}"u8.ToArray(), [new("X-Partner", "a-secret-of-a-partner")])).StatusCode,
            status => status == HttpStatusCode.OK);

        Assert.DoesNotContain("a-secret-of-a-partner", await fixture.QueryAsync<string>("SELECT settings FROM sources WHERE name = 'partner'"), StringComparison.Ordinal);
        using var configured = await fixture.Gateway.Operator.PutAsJsonAsync("/api/sources/stripe", new { provider = "token", secrets = new[] { "x" } }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, configured.StatusCode);
        using var broken = await fixture.Gateway.Operator.PutAsJsonAsync("/api/sources/broken", new { provider = "strip" }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.Contains("Known providers", await broken.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var removed = await fixture.Gateway.Operator.DeleteAsync("/api/sources/partner", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await Eventually.Is(
            async () => (await replica.PostAsync("partner", "{}"u8.ToArray(), [new("X-Partner", "a-secret-of-a-partner")])).StatusCode,
            status => status == HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/api/sources")]
    [InlineData("/api/deliveries")]
    [InlineData("/api/rejections")]
    [InlineData("/api/anything")]
    public async Task Operator_api_is_closed_without_the_key(string path)
    {
        using var without = await fixture.Gateway.Client.GetAsync(path, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer wrong-key-wrong-key");
        using var wrong = await fixture.Gateway.Client.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (without.StatusCode, wrong.StatusCode));
        Assert.Equal("application/problem+json", without.Content.Headers.ContentType!.MediaType);
    }
}
