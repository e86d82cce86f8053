using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WebhookPlatform.Contracts;
using WebhookPlatform.IntegrationTests.Messaging;
using WebhookPlatform.Messaging.Wire;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>What a provider says it sent and did not come is let in once, whatever comes in between.</summary>
public sealed class RecoveryTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const int Seed = 20261124;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Random _random = new(Seed);

    private HttpClient Operator => fixture.Gateway.Operator;

    [Fact]
    public async Task Of_the_events_that_Stripe_sent_exactly_those_that_did_not_come_are_recovered()
    {
        await using var api = new StripeApi();
        await MakeAsync("lossy-stripe", "stripe", api);
        var webhooks = Simulate("stripe", 260, "payment_intent.succeeded", "payment_intent.payment_failed", "customer.created");
        webhooks.ForEach(webhook => api.Add(webhook.Body));

        await DropSomeAndRecoverAsync("lossy-stripe", webhooks, lost: 37);

        Assert.Equal(3 + 3, api.Answered.Count);
    }

    [Fact]
    public async Task Of_the_deliveries_of_a_GitHub_App_exactly_those_that_did_not_come_are_recovered()
    {
        await using var api = new GitHubApi(app: "Iv23liOfTheTests");
        await MakeAsync("lossy-app", "github", api);
        var webhooks = Simulate("github", 120, "push", "pull_request.opened", "issues.opened");
        var lost = Lose(webhooks, 11);
        foreach (var webhook in webhooks)
        {
            api.Add(webhook, arrived: !lost.Contains(webhook));
        }

        await DropSomeAndRecoverAsync("lossy-app", webhooks, lost, listed: 120);

        Assert.Equal(11, api.Fetched);
    }

    [Fact]
    public async Task Of_the_deliveries_that_GitHub_made_exactly_those_that_did_not_come_are_recovered_and_no_others_fetched()
    {
        await using var api = new GitHubApi();
        await MakeAsync("lossy-github", "github", api);
        var old = Simulate("github", 1, "push").Single();
        api.Add(old, arrived: false, at: DateTimeOffset.UtcNow.AddHours(-30));
        var webhooks = Simulate("github", 230, "push", "pull_request.opened", "issues.opened", "star.created");
        var lost = Lose(webhooks, 23);
        foreach (var webhook in webhooks)
        {
            api.Add(webhook, arrived: !lost.Contains(webhook));
        }

        // Somebody has had GitHub send one again, which failed again: two entries of one delivery, on two pages.
        api.Add(webhooks.First(lost.Contains), arrived: false, again: true);
        await DropSomeAndRecoverAsync("lossy-github", webhooks, lost, listed: 231);

        Assert.Equal(23, api.Fetched);
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = 'lossy-github' AND event_key = $1", old.EventId));
    }

    [Fact]
    public async Task Of_what_happened_in_a_Shopify_shop_exactly_that_whose_webhook_did_not_come_is_recovered()
    {
        await using var api = new ShopifyApi();
        await MakeAsync("lossy-shopify", "shopify", api);
        var story = new Story();
        var webhooks = Enumerable.Range(0, 12).SelectMany(_ => Simulate(
            "shopify", 9, story, "orders/create", "orders/fulfilled", "orders/create", "orders/cancelled", "orders/create", "order_transactions/create", "refunds/create", "order_transactions/create", "customers/create")).ToList();
        webhooks.ForEach(api.Add);

        await DropSomeAndRecoverAsync("lossy-shopify", webhooks, lost: 17);

        var key = await fixture.QueryAsync<string>("SELECT event_key FROM deliveries WHERE source = 'lossy-shopify' AND recovery IS NOT NULL AND event_type = 'orders/create' LIMIT 1");
        Assert.Matches("^orders/create/[0-9]+$", key);
    }

    [Theory]
    [InlineData("stripe", "customer.created")]
    [InlineData("github", "push")]
    [InlineData("shopify", "orders/create")]
    public async Task Webhooks_that_come_while_they_are_recovered_are_there_once(string provider, string type)
    {
        await using ProviderApi api = provider switch { "stripe" => new StripeApi(), "github" => new GitHubApi(), _ => new ShopifyApi() };
        var source = $"late-{provider}";
        await MakeAsync(source, provider, api);
        var webhooks = Simulate(provider, 60, type);
        webhooks.ForEach(webhook => Tell(api, webhook));

        // Whatever has been asked of the provider is not known here by then; the webhooks come before it is stored, with it and after it.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        api.Before = _ =>
        {
            asked.TrySetResult();
            return Task.FromResult(false);
        };
        var run = await RecoverAsync(source);
        await asked.Task.WaitAsync(Cancel);
        var answers = new List<(Guid DeliveryId, bool Duplicate)>();
        foreach (var few in webhooks.Chunk(5))
        {
            answers.AddRange(await Task.WhenAll(few.Select(async webhook => await (await PostAsync(source, webhook)).AcknowledgementAsync())));
        }

        var done = await FinishedAsync(source, run);
        Assert.Equal(answers.Count(answer => answer.Duplicate), Number(done, "recovered"));
        Assert.Equal((60L, 60L, 60L), await StoredAsync(source));
        Assert.All(await Task.WhenAll(webhooks.Select(async webhook => await (await PostAsync(source, webhook)).AcknowledgementAsync())), again => Assert.True(again.Duplicate));
        Assert.Equal((60L, 60L, 60L), await StoredAsync(source));
        await PublishedOnceAsync(source);
    }

    [Fact]
    public async Task Webhook_that_comes_between_the_look_and_the_store_is_the_one_that_counts()
    {
        await using var api = new GitHubApi();
        await MakeAsync("between", "github", api);
        var webhook = Simulate("github", 1, "push").Single();
        api.Add(webhook, arrived: false);

        // The payload is asked for once it is known not to be here.
        api.Before = async context =>
        {
            if (context.Request.Path.Value!.Split('/').Length > 7)
            {
                Assert.False((await (await PostAsync("between", webhook)).AcknowledgementAsync()).Duplicate);
            }

            return false;
        };
        var done = await FinishedAsync("between", await RecoverAsync("between"));

        Assert.Equal((1, 1, 0), (Number(done, "listed"), Number(done, "known"), Number(done, "recovered")));
        Assert.Equal(1, api.Fetched);
        Assert.Equal((1L, 1L, 1L), await StoredAsync("between"));
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT sum(duplicates + conflicts)::bigint FROM tallies WHERE source = 'between'"));
        Assert.Equal(webhook.Body, await fixture.QueryAsync<byte[]>("SELECT body FROM deliveries WHERE source = 'between'"));
    }

    [Fact]
    public async Task Provider_in_trouble_is_told_of_and_the_run_goes_on_where_it_was()
    {
        await using var api = new StripeApi();
        await MakeAsync("troubled", "stripe", api);
        var webhooks = Simulate("stripe", 120, "customer.created");
        webhooks.ForEach(webhook => api.Add(webhook.Body));
        var troubles = new Queue<(int Status, string Body, string? RetryAfter)>([(503, "", null), (200, "<html>Maintenance</html>", null), (429, "", "1")]);
        var isMended = false;
        api.Before = async context =>
        {
            if (!context.Request.Query.ContainsKey("starting_after") || (troubles.Count == 0 && Volatile.Read(ref isMended)))
            {
                return false;
            }

            var (status, body, retryAfter) = troubles.TryDequeue(out var trouble) ? trouble : (500, "", null);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = retryAfter;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body), Cancel);
            return true;
        };

        var run = await RecoverAsync("troubled");
        var waiting = await Eventually.Is(() => FindAsync("troubled", run), answer => answer.GetProperty("error").ValueKind is JsonValueKind.String);
        Assert.Contains("127.0.0.1 answered 503", waiting.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal((100, 100, 1), (Number(waiting, "listed"), Number(waiting, "recovered"), Number(waiting, "pages")));
        Assert.Equal("pending", waiting.GetProperty("state").GetString());
        using var second = await Operator.PostAsJsonAsync("/api/sources/troubled/recover", new { since = DateTimeOffset.UtcNow.AddHours(-1) }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        await Eventually.Is(() => FindAsync("troubled", run), answer => answer.GetProperty("error").GetString()!.Contains("no list of events", StringComparison.Ordinal));
        Volatile.Write(ref isMended, true);

        var done = await FinishedAsync("troubled", run);
        Assert.Equal((120, 120, 0, 2), (Number(done, "listed"), Number(done, "recovered"), Number(done, "known"), Number(done, "pages")));
        Assert.Equal(2, api.Answered.Count);
        Assert.Equal((120L, 120L, 120L), await StoredAsync("troubled"));
    }

    [Fact]
    public async Task Refused_key_ends_the_run_with_a_sentence_that_does_not_show_it()
    {
        await using var api = new StripeApi();
        await MakeAsync("refused", "stripe", api, new JsonObject { ["apiKey"] = "rk_live_another_key_that_is_wrong" });

        var run = await RecoverAsync("refused");
        var dead = await Eventually.Is(() => FindAsync("refused", run), answer => answer.GetProperty("state").GetString() is "dead");

        Assert.Contains("refuses the API key (401)", dead.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("Sources:refused:Recovery:ApiKey", dead.GetProperty("error").GetString(), StringComparison.Ordinal);
        var told = dead.GetRawText() + await Operator.GetStringAsync("/api/sources", Cancel) + await Operator.GetStringAsync("/api/audit?subject=refused", Cancel);
        Assert.DoesNotContain("another_key_that_is_wrong", told, StringComparison.Ordinal);
        Assert.Contains("recovery.requested", told, StringComparison.Ordinal);

        // With a PUT that leaves the key out it stays; with the right one the next run does.
        using var kept = await Operator.PutAsJsonAsync("/api/sources/refused", Body("stripe", api, new JsonObject { ["apiKey"] = null }), Cancel);
        Assert.Equal("rk…ng", (await kept.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("recovery").GetProperty("apiKey").GetString());
        using var mended = await Operator.PutAsJsonAsync("/api/sources/refused", Body("stripe", api, []), Cancel);
        api.Add(Sending.StripeEvent("evt_refused"));
        Assert.Equal(1, Number(await FinishedAsync("refused", await RecoverAsync("refused")), "recovered"));
    }

    [Fact]
    public async Task Schedule_makes_one_run_for_all_replicas_and_the_next_goes_on_where_it_ended()
    {
        await using var replica = await fixture.StartAsync();
        await using var api = new StripeApi();
        await api.StartAsync();
        api.Add(Sending.StripeEvent("evt_scheduled_1"));
        await MakeAsync("scheduled", "stripe", api, new JsonObject { ["every"] = "00:10:00", ["lookback"] = "02:00:00" });

        var first = (await RunsAsync("scheduled", count: 1))[0];
        Assert.Equal(("schedule", 1), (first.GetProperty("trigger").GetString(), Number(first, "recovered")));
        Assert.Equal(TimeSpan.FromHours(2), first.GetProperty("until").GetDateTimeOffset() - first.GetProperty("since").GetDateTimeOffset());
        api.Add(Sending.StripeEvent("evt_scheduled_2"));
        await fixture.ExecuteAsync("UPDATE recoveries SET created_at = created_at - interval '11 minutes' WHERE source = 'scheduled'");

        var second = (await RunsAsync("scheduled", count: 2))[0];
        Assert.Equal((2, 1, 1), (Number(second, "listed"), Number(second, "known"), Number(second, "recovered")));
        Assert.Equal(first.GetProperty("until").GetDateTimeOffset().AddHours(-1), second.GetProperty("since").GetDateTimeOffset());
        Assert.Equal((2L, 2L, 2L), await StoredAsync("scheduled"));
    }

    [Fact]
    public async Task Event_ids_that_may_have_been_forgotten_are_not_asked_about()
    {
        await using var replica = await fixture.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:KeepClaimsDays"] = "4" });
        await using var api = new StripeApi();
        await MakeAsync("forgetful", "stripe", api);
        await Eventually.IsTrue(async () => (await replica.Operator.GetAsync("/api/sources/forgetful", Cancel)).IsSuccessStatusCode);

        using var asked = await replica.Operator.PostAsJsonAsync("/api/sources/forgetful/recover", new { since = DateTimeOffset.UtcNow.AddDays(-20) }, Cancel);
        var run = await asked.Content.ReadFromJsonAsync<JsonElement>(Cancel);

        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        Assert.InRange(DateTimeOffset.UtcNow - run.GetProperty("since").GetDateTimeOffset(), TimeSpan.FromHours(94.9), TimeSpan.FromHours(95.1));
    }

    [Fact]
    public async Task Bad_questions_are_answered_with_what_to_fix()
    {
        await using var api = new StripeApi();
        await MakeAsync("asked", "stripe", api, new JsonObject { ["grace"] = "00:05:00" });
        async Task<(HttpStatusCode, string)> Ask(string source, object body)
        {
            using var answer = await Operator.PostAsJsonAsync($"/api/sources/{source}/recover", body, Cancel);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }

        var now = DateTimeOffset.UtcNow;
        foreach (var (source, body, status, words) in new (string, object, HttpStatusCode, string)[]
        {
            ("asked", new { }, HttpStatusCode.BadRequest, "Give the time to begin at"),
            ("asked", new { since = now.AddMinutes(-3) }, HttpStatusCode.BadRequest, "may still be on its way"),
            ("asked", new { since = now.AddHours(-1), until = now.AddHours(-2) }, HttpStatusCode.BadRequest, "Use a time before"),
            ("asked", new { since = now.AddDays(-60), until = now.AddDays(-50) }, HttpStatusCode.BadRequest, "DuplicateHorizonDays"),
            ("shop", new { since = now.AddHours(-1) }, HttpStatusCode.Conflict, "token offers no list"),
            ("stripe", new { since = now.AddHours(-1) }, HttpStatusCode.Conflict, "Sources:stripe:Recovery:ApiKey"),
            ("nobody", new { since = now.AddHours(-1) }, HttpStatusCode.NotFound, ""),
        })
        {
            var (answered, text) = await Ask(source, body);
            Assert.Equal(status, answered);
            Assert.Contains(words, text, StringComparison.Ordinal);
        }

        using var anonymous = await fixture.Gateway.Client.PostAsJsonAsync("/api/sources/asked/recover", new { since = now.AddHours(-1) }, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        using var unusable = await Operator.PutAsJsonAsync("/api/sources/unusable", new { provider = "stripe", secrets = new[] { "whsec_x" }, recovery = new { apiKey = "rk_1" } }, Cancel);
        Assert.Contains("EventTypes is missing", await unusable.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task DropSomeAndRecoverAsync(string source, List<SignedRequest> webhooks, int lost) => await DropSomeAndRecoverAsync(source, webhooks, Lose(webhooks, lost), webhooks.Count);

    private async Task DropSomeAndRecoverAsync(string source, List<SignedRequest> webhooks, HashSet<SignedRequest> lost, int listed)
    {
        foreach (var few in webhooks.Where(webhook => !lost.Contains(webhook)).Chunk(20))
        {
            Assert.All(await Task.WhenAll(few.Select(async webhook => await (await PostAsync(source, webhook)).AcknowledgementAsync())), answer => Assert.False(answer.Duplicate));
        }

        var done = await FinishedAsync(source, await RecoverAsync(source));

        Assert.Equal((listed, lost.Count, listed - lost.Count, 0), (Number(done, "listed"), Number(done, "recovered"), Number(done, "known"), Number(done, "unusable")));
        var stored = ((long)webhooks.Count, (long)webhooks.Count, (long)webhooks.Count);
        Assert.Equal(stored, await StoredAsync(source));
        var recovered = (await Operator.GetFromJsonAsync<JsonElement>($"/api/deliveries?source={source}&recovered=true&limit=200", Cancel)).GetProperty("deliveries").EnumerateArray().ToList();
        Assert.Equal(lost.Count, recovered.Count);
        Assert.All(recovered, delivery => Assert.True(delivery.GetProperty("recovered").GetBoolean()));
        Assert.Equal(lost.Select(webhook => webhook.EventType).Order(StringComparer.Ordinal), recovered.Select(delivery => delivery.GetProperty("eventType").GetString()!).Order(StringComparer.Ordinal));
        var detail = await Operator.GetFromJsonAsync<JsonElement>($"/api/deliveries/{recovered[0].GetProperty("id").GetGuid()}", Cancel);
        Assert.Equal(done.GetProperty("id").GetGuid(), detail.GetProperty("recovery").GetGuid());

        // Once more finds nothing, and what comes after all is a repeat of what was recovered, although its bytes are others.
        var again = await FinishedAsync(source, await RecoverAsync(source));
        Assert.Equal((listed, 0, listed), (Number(again, "listed"), Number(again, "recovered"), Number(again, "known")));
        Assert.All(await Task.WhenAll(lost.Select(async webhook => await (await PostAsync(source, webhook)).AcknowledgementAsync())), late => Assert.True(late.Duplicate));
        Assert.Equal(stored, await StoredAsync(source));
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1 AND status = 'Conflict'", source));
        Assert.Equal(
            ((long)webhooks.Count, (long)lost.Count, (long)lost.Count),
            await TotalsAsync(source));
        await PublishedOnceAsync(source);
    }

    // One message about each delivery and one for each of its events, whether it was sent or recovered.
    private async Task PublishedOnceAsync(string source)
    {
        var due = await fixture.QueryAsync<long>("SELECT sum(1 + cardinality(events))::bigint FROM deliveries WHERE source = $1", source);
        var recovered = await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1 AND recovery IS NOT NULL", source);
        var published = new List<Guid>();
        var marks = new List<bool?>();
        async Task TakeAsync()
        {
            var taken = (await Bundles.TakeAsync(fixture.Broker, "dashboard")).Where(IsOfSource).ToList();
            published.AddRange(taken.Select(message => message.MessageId));
            marks.AddRange(taken.Select(message => message.Read()).OfType<WebhookReceived>().Select(received => received.Recovered));
        }

        await Eventually.IsTrue(async () =>
        {
            await TakeAsync();
            return published.Count >= due && await fixture.QueryAsync<long>(OutboxQueries.CountMessages) == 0;
        });
        await TakeAsync();
        Assert.Equal((due, due), (published.Count, published.Distinct().Count()));
        Assert.Equal((recovered, 0), (marks.Count(mark => mark is true), marks.Count(mark => mark is false)));

        bool IsOfSource(BundledMessage message) => message.Read() is IDomainEvent { Metadata.Source: var from } && from == source;
    }

    private List<SignedRequest> Simulate(string provider, int count, params string[] types) => Simulate(provider, count, story: null, types);

    private List<SignedRequest> Simulate(string provider, int count, Story? story, params string[] types)
    {
        var context = new SimulationContext(SimulatedSources.SecretOf(provider), TimeProvider.System, _random, story);
        return [.. Enumerable.Range(0, count).Select(at => SimulatorCatalog.Find(provider)!.Create(types[at % types.Length], context))];
    }

    private HashSet<SignedRequest> Lose(List<SignedRequest> webhooks, int count) => [.. _random.GetItems(webhooks.ToArray(), webhooks.Count * 4).Distinct().Take(count)];

    private static void Tell(ProviderApi api, SignedRequest webhook)
    {
        switch (api)
        {
            case StripeApi stripe:
                stripe.Add(webhook.Body);
                break;
            case GitHubApi github:
                github.Add(webhook, arrived: false);
                break;
            case ShopifyApi shopify:
                shopify.Add(webhook);
                break;
        }
    }

    private Task<HttpResponseMessage> PostAsync(string source, SignedRequest webhook) =>
        fixture.Gateway.PostAsync(source, webhook.Body, webhook.Headers.Where(header => header.Key != "Content-Type"), "application/json");

    private async Task MakeAsync(string name, string provider, ProviderApi api, JsonObject? changes = null)
    {
        if (changes?.ContainsKey("every") is not true)
        {
            await api.StartAsync();
        }

        using var made = await Operator.PutAsJsonAsync($"/api/sources/{name}", Body(provider, api, changes), Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.DoesNotContain(ProviderApi.Key, await made.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static JsonObject Body(string provider, ProviderApi api, JsonObject? changes)
    {
        var recovery = JsonSerializer.SerializeToNode(api.Settings())!.AsObject();
        foreach (var (name, value) in changes ?? [])
        {
            recovery[name] = value?.DeepClone();
        }

        return new JsonObject { ["provider"] = provider, ["secrets"] = new JsonArray(SimulatedSources.SecretOf(provider)), ["recovery"] = recovery };
    }

    private async Task<Guid> RecoverAsync(string source)
    {
        using var asked = await Operator.PostAsJsonAsync($"/api/sources/{source}/recover", new { since = DateTimeOffset.UtcNow.AddHours(-20) }, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var run = (await asked.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid();
        Assert.Equal($"/api/sources/{source}/recoveries/{run}", asked.Headers.Location!.ToString());
        return run;
    }

    private Task<JsonElement> FindAsync(string source, Guid run) => Operator.GetFromJsonAsync<JsonElement>($"/api/sources/{source}/recoveries/{run}", Cancel);

    private Task<JsonElement> FinishedAsync(string source, Guid run) => Eventually.Is(() => FindAsync(source, run), answer => answer.GetProperty("state").GetString() is "succeeded", TimeSpan.FromSeconds(60));

    private async Task<List<JsonElement>> RunsAsync(string source, int count) =>
        (await Eventually.Is(
            () => Operator.GetFromJsonAsync<JsonElement>($"/api/sources/{source}/recoveries", Cancel),
            page => page.GetProperty("recoveries").EnumerateArray().Count(run => run.GetProperty("state").GetString() is "succeeded") == count)).GetProperty("recoveries").EnumerateArray().ToList();

    // Rows, event ids, and bodies that differ in what they say.
    private async Task<(long Rows, long Keys, long Claimed)> StoredAsync(string source) => (
        await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1", source),
        await fixture.QueryAsync<long>("SELECT count(DISTINCT event_key) FROM deliveries WHERE source = $1", source),
        await fixture.QueryAsync<long>("SELECT count(DISTINCT d.id) FROM deliveries d JOIN claims c ON c.delivery_id = d.id AND c.event_key = d.event_key WHERE d.source = $1", source));

    private async Task<(long Accepted, long Recovered, long Duplicates)> TotalsAsync(string source) => (
        await fixture.QueryAsync<long>("SELECT sum(accepted)::bigint FROM tallies WHERE source = $1", source),
        await fixture.QueryAsync<long>("SELECT sum(recovered)::bigint FROM tallies WHERE source = $1", source),
        await fixture.QueryAsync<long>("SELECT sum(duplicates)::bigint FROM tallies WHERE source = $1", source));

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
