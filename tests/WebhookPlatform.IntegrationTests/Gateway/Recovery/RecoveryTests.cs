using System.Net.Http.Json;
using System.Text.Json;
using WebhookPlatform.Contracts;
using WebhookPlatform.IntegrationTests.Messaging;
using WebhookPlatform.Messaging.Wire;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>What a provider says it sent and did not come is let in once, whatever comes in between.</summary>
public sealed class RecoveryTests(GatewayFixture fixture) : RecoveryScene(fixture)
{
    [Fact]
    public async Task Of_the_events_that_Stripe_sent_exactly_those_that_did_not_come_are_recovered()
    {
        await using var api = new StripeApi();
        await MakeAsync("lossy-stripe", "stripe", api);
        var webhooks = Simulate("stripe", 260, "payment_intent.succeeded", "payment_intent.payment_failed", "customer.created");
        foreach (var webhook in webhooks)
        {
            api.Add(webhook.Body);
        }

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
        Assert.Equal(0L, await Fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = 'lossy-github' AND event_key = $1", old.EventId));
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

        var key = await Fixture.QueryAsync<string>("SELECT event_key FROM deliveries WHERE source = 'lossy-shopify' AND recovery IS NOT NULL AND event_type = 'orders/create' LIMIT 1");
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
        foreach (var webhook in webhooks)
        {
            Tell(api, webhook);
        }

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
        Assert.Equal(0L, await Fixture.QueryAsync<long>("SELECT sum(duplicates + conflicts)::bigint FROM tallies WHERE source = 'between'"));
        Assert.Equal(webhook.Body, await Fixture.QueryAsync<byte[]>("SELECT body FROM deliveries WHERE source = 'between'"));
    }

    private async Task DropSomeAndRecoverAsync(string source, IReadOnlyList<SignedRequest> webhooks, int lost) => await DropSomeAndRecoverAsync(source, webhooks, Lose(webhooks, lost), webhooks.Count);

    private async Task DropSomeAndRecoverAsync(string source, IReadOnlyList<SignedRequest> webhooks, HashSet<SignedRequest> lost, int listed)
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
        Assert.Equal(0L, await Fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1 AND status = 'Conflict'", source));
        Assert.Equal(
            ((long)webhooks.Count, (long)lost.Count, (long)lost.Count),
            await TotalsAsync(source));
        await PublishedOnceAsync(source);
    }

    // One message about each delivery and one for each of its events, whether it was sent or recovered.
    private async Task PublishedOnceAsync(string source)
    {
        var due = await Fixture.QueryAsync<long>("SELECT sum(1 + cardinality(events))::bigint FROM deliveries WHERE source = $1", source);
        var recovered = await Fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1 AND recovery IS NOT NULL", source);
        var published = new List<Guid>();
        var marks = new List<bool?>();
        async Task TakeAsync()
        {
            var taken = (await Bundles.TakeAsync(Fixture.Broker, "dashboard")).Where(IsOfSource).ToList();
            published.AddRange(taken.Select(message => message.MessageId));
            marks.AddRange(taken.Select(message => message.Read()).OfType<WebhookReceived>().Select(received => received.Recovered));
        }

        await Eventually.IsTrue(async () =>
        {
            await TakeAsync();
            return published.Count >= due && await Fixture.QueryAsync<long>(OutboxQueries.CountMessages) == 0;
        });
        await TakeAsync();
        Assert.Equal((due, due), (published.Count, published.Distinct().Count()));
        Assert.Equal((recovered, 0), (marks.Count(mark => mark is true), marks.Count(mark => mark is false)));

        bool IsOfSource(BundledMessage message) => message.Read() is IDomainEvent { Metadata.Source: var from } && from == source;
    }

    private HashSet<SignedRequest> Lose(IReadOnlyList<SignedRequest> webhooks, int count) => [.. Random.GetItems(webhooks.ToArray(), webhooks.Count * 4).Distinct().Take(count)];

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
        Fixture.Gateway.PostAsync(source, webhook.Body, webhook.Headers.Where(header => header.Key != "Content-Type"), "application/json");

    private async Task<(long Accepted, long Recovered, long Duplicates)> TotalsAsync(string source) => (
        await Fixture.QueryAsync<long>("SELECT sum(accepted)::bigint FROM tallies WHERE source = $1", source),
        await Fixture.QueryAsync<long>("SELECT sum(recovered)::bigint FROM tallies WHERE source = $1", source),
        await Fixture.QueryAsync<long>("SELECT sum(duplicates)::bigint FROM tallies WHERE source = $1", source));
}
