using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Recovery;

public sealed class ReconcilerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static RecoveryOptions Stripe(params string[] types) => new() { ApiKey = "rk_test", EventTypes = types };

    private static RecoveryOptions GitHub => new() { ApiKey = "ghp_test", Repository = "acme/shop", HookId = "512" };

    private static RecoveryOptions Shopify(params string[] topics) => new() { ApiKey = "shpat_test", Shop = "acme.myshopify.com", EventTypes = topics };

    [Fact]
    public async Task Stripes_list_is_read_to_its_end_and_each_event_keeps_its_bytes()
    {
        var api = new FakeApi(address => address.Query.Contains("starting_after=evt_2", StringComparison.Ordinal)
            ? ("""{"has_more":false,"data":[{"id":"evt_1","type":"charge.refunded","created":1773446400}]}""", null)
            : ("""{"data":[{"id":"evt_3","type":"invoice.paid","created":1773446402, "x" : [1,  2]},{"id":"evt_2","type":"invoice.paid","created":1773446401}],"has_more":true}""", null));

        var pages = await api.ListAllAsync("stripe", Stripe("*"));

        Assert.Equal(["evt_3", "evt_2", "evt_1"], pages.SelectMany(page => page.Events).Select(one => one.Key));
        var request = await pages[0].Events[0].FetchAsync(Cancel);
        Assert.Equal("""{"id":"evt_3","type":"invoice.paid","created":1773446402, "x" : [1,  2]}""", Encoding.UTF8.GetString(request!.Value.Body.Span));
        Assert.Equal("https://api.stripe.com/v1/events?limit=100&created%5Bgte%5D=1773446400&created%5Blte%5D=1773500400", api.Asked[0].Address.AbsoluteUri);
        Assert.Contains(new("Authorization", "Bearer rk_test"), api.Asked[0].Headers);
        Assert.Equal(2, api.Asked.Count);
    }

    [Fact]
    public async Task Of_Stripes_events_those_the_endpoint_is_subscribed_to_count()
    {
        const string Page = """{"has_more":false,"data":[{"id":"evt_1","type":"invoice.paid","created":1773446400},{"id":"evt_2","type":"charge.refunded","created":1773446400},{"id":"evt_3","type":"payout.paid","created":1773446400}]}""";
        var api = new FakeApi(_ => (Page, null));

        Assert.Equal(["evt_1", "evt_2"], (await api.ListAsync("stripe", Stripe("invoice.*", "charge.refunded"))).Events.Select(one => one.Key));
        Assert.DoesNotContain("types", api.Asked[0].Address.Query, StringComparison.Ordinal);
        await api.ListAsync("stripe", Stripe("invoice.paid", "charge.refunded"));
        Assert.EndsWith("&types%5B%5D=invoice.paid&types%5B%5D=charge.refunded", api.Asked[1].Address.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stripe", "")]
    [InlineData("stripe", "<html>")]
    [InlineData("stripe", "[]")]
    [InlineData("stripe", """{"data":{},"has_more":true}""")]
    [InlineData("github", "{}")]
    [InlineData("github", "not json")]
    [InlineData("shopify", """{"orders":null}""")]
    [InlineData("shopify", """{"customers":[]}""")]
    public async Task Something_that_is_no_list_is_an_error_that_may_pass(string provider, string body)
    {
        var api = new FakeApi(_ => (body, null));
        var options = provider switch { "stripe" => Stripe("*"), "github" => GitHub, _ => Shopify("orders/create") };

        var failure = await Assert.ThrowsAsync<ProviderPageException>(() => api.ListAsync(provider, options));

        Assert.Contains("no list of", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.MayPass);
    }

    [Fact]
    public async Task Entries_without_an_id_are_counted_and_left_out()
    {
        var stripe = await new FakeApi(_ => ("""{"has_more":false,"data":[{"type":"invoice.paid","created":1773446400},7,{"id":"evt_1","type":"invoice.paid","created":1773446400}]}""", null)).ListAsync("stripe", Stripe("*"));
        var github = await new FakeApi(_ => ("""[{"id":1,"delivered_at":"2026-03-14T12:00:00Z","event":"push"},null]""", null)).ListAsync("github", GitHub);

        Assert.Equal((1, 2), (stripe.Events.Count, stripe.Unusable));
        Assert.Equal((0, 2), (github.Events.Count, github.Unusable));
    }

    [Fact]
    public async Task List_that_does_not_go_on_is_an_error_and_no_endless_run()
    {
        var stripe = new FakeApi(_ => ("""{"has_more":true,"data":[{"id":"evt_1","type":"invoice.paid","created":1773446400}]}""", null));
        var github = new FakeApi(address => ("""[{"id":1,"guid":"a","delivered_at":"2026-03-14T12:00:00Z","event":"push"}]""", "https://api.github.com/repos/acme/shop/hooks/512/deliveries?cursor=x"));

        await Assert.ThrowsAsync<ProviderPageException>(() => stripe.ListAllAsync("stripe", Stripe("*")));
        await Assert.ThrowsAsync<ProviderPageException>(() => github.ListAllAsync("github", GitHub));
        Assert.Equal((2, 2), (stripe.Asked.Count, github.Asked.Count));
    }

    [Theory]
    [InlineData("https://elsewhere.example/repos/acme/shop/hooks/512/deliveries?cursor=x")]
    [InlineData("http://api.github.com/repos/acme/shop/hooks/512/deliveries?cursor=x")]
    [InlineData("https://api.github.com:8443/repos/acme/shop/hooks/512/deliveries?cursor=x")]
    public async Task Key_is_not_sent_where_a_link_points_to_but_to_the_provider_only(string link)
    {
        var api = new FakeApi(_ => ("""[{"id":1,"guid":"a","delivered_at":"2026-03-14T12:00:00Z","event":"push"}]""", link));

        await Assert.ThrowsAsync<ProviderPageException>(() => api.ListAllAsync("github", GitHub));

        Assert.Single(api.Asked);
    }

    [Fact]
    public async Task GitHubs_list_is_left_where_it_is_older_than_asked_and_payloads_come_one_by_one()
    {
        var api = new FakeApi(address => address.AbsolutePath.EndsWith("/deliveries/12", StringComparison.Ordinal)
            ? ("""{"id":12,"request":{"headers":{"User-Agent":"GitHub-Hookshot/1","content-type":"application/x-www-form-urlencoded"},"payload":{"action":"opened",  "n":1}}}""", null)
            : ("""
               [{"id":13,"guid":"late","delivered_at":"2026-03-14T16:00:00Z","event":"push","action":null},
                {"id":12,"guid":"a","delivered_at":"2026-03-14T12:00:00Z","event":"issues","action":"opened","redelivery":true,"status_code":200},
                {"id":11,"guid":"a","delivered_at":"2026-03-14T11:00:00Z","event":"issues","action":"opened","redelivery":false,"status_code":504},
                {"id":10,"guid":"old","delivered_at":"2026-03-13T12:00:00Z","event":"push","action":null}]
               """, "https://api.github.com/repos/acme/shop/hooks/512/deliveries?cursor=x"));

        var page = Assert.Single(await api.ListAllAsync("github", GitHub));
        var missed = Assert.Single(page.Events);
        var request = (await missed.FetchAsync(Cancel))!.Value;

        Assert.Equal("a", missed.Key);
        Assert.Equal("""{"action":"opened",  "n":1}""", Encoding.UTF8.GetString(request.Body.Span));
        Assert.Equal(("issues", "a", "512", "application/json", "GitHub-Hookshot/1"), (request.Header("X-GitHub-Event"), request.Header("X-GitHub-Delivery"), request.Header("X-GitHub-Hook-ID"), request.Header("Content-Type"), request.Header("User-Agent")));
        Assert.Equal(["/repos/acme/shop/hooks/512/deliveries", "/repos/acme/shop/hooks/512/deliveries/12"], api.Asked.Select(query => query.Address.AbsolutePath));
    }

    [Fact]
    public async Task Webhook_of_an_organization_is_asked_about_there_and_below_the_path_of_an_own_server()
    {
        var api = new FakeApi(_ => ("[]", null));

        await api.ListAsync("github", new RecoveryOptions { ApiKey = "x", Organization = "acme", HookId = "7", Url = "https://github.example.com/api/v3/" });

        Assert.Equal("https://github.example.com/api/v3/orgs/acme/hooks/7/deliveries?per_page=100", api.Asked[0].Address.AbsoluteUri);
    }

    [Fact]
    public async Task Webhook_of_an_app_is_asked_about_by_the_app_itself_with_a_token_of_ten_minutes()
    {
        using var key = RSA.Create(2048);
        var api = new FakeApi(address => address.AbsolutePath.EndsWith("/deliveries/12", StringComparison.Ordinal)
            ? ("""{"id":12,"request":{"headers":{},"payload":{"n":1}}}""", null)
            : ("""[{"id":12,"guid":"a","delivered_at":"2026-03-14T12:00:00Z","event":"installation","action":"created"}]""", null));

        var page = await api.ListAsync("github", new RecoveryOptions { ApiKey = key.ExportRSAPrivateKeyPem(), App = "Iv23liTest" });
        var request = (await Assert.Single(page.Events).FetchAsync(Cancel))!.Value;

        Assert.Equal(["/app/hook/deliveries", "/app/hook/deliveries/12"], api.Asked.Select(query => query.Address.AbsolutePath));
        Assert.Equal(("installation", null), (request.Header("X-GitHub-Event"), request.Header("X-GitHub-Hook-ID")));
        Assert.All(api.Asked, query =>
        {
            var token = SignedToken.Parse(Assert.Single(query.Headers, header => header.Key is "Authorization").Value.AsSpan("Bearer ".Length))!;
            Assert.True(token.IsSignedWith(PemText.PublicKey(key.ExportRSAPublicKeyPem())!));
            Assert.Equal(("RS256", "Iv23liTest"), (token.Algorithm, token.Text("iss")));
            Assert.InRange(token.ExpiresAt!.Value - token.IssuedAt!.Value, 1, 600);
            Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - token.IssuedAt.Value, 55, 120);
        });
    }

    [Fact]
    public async Task Payload_that_GitHub_does_not_have_any_more_makes_no_webhook()
    {
        var api = new FakeApi(address => address.AbsolutePath.EndsWith("/12", StringComparison.Ordinal)
            ? ("""{"id":12,"request":{"headers":{},"payload":null}}""", null)
            : address.AbsolutePath.EndsWith("/13", StringComparison.Ordinal) ? throw new ProviderPageException("gone", 404)
            : ("""[{"id":13,"guid":"b","delivered_at":"2026-03-14T12:00:00Z","event":"push"},{"id":12,"guid":"a","delivered_at":"2026-03-14T12:00:00Z","event":"push"}]""", null));

        foreach (var one in (await api.ListAsync("github", GitHub)).Events)
        {
            Assert.Null(await one.FetchAsync(Cancel));
        }
    }

    [Fact]
    public async Task Of_a_Shopify_order_everything_that_happened_in_the_time_is_made_a_webhook()
    {
        const string Order = """
            {"id":5,"created_at":"2026-03-14T01:00:00Z","updated_at":"2026-03-15T01:00:00Z","cancelled_at":"2026-03-14T03:00:00Z","fulfillment_status":"partial","currency":"EUR",
             "fulfillments":[{"id":1,"created_at":"2026-03-13T00:00:00Z"},{"id":2,"created_at":"2026-03-14T02:00:00Z"}],
             "refunds":[{"id":8,"created_at":"2026-03-14T04:00:00Z","transactions":[]},{"id":9,"created_at":"2026-03-20T00:00:00Z"}]}
            """;
        var api = new FakeApi(address => address.AbsolutePath.EndsWith("/orders/5/transactions.json", StringComparison.Ordinal)
            ? ("""{"transactions":[{"id":70,"order_id":5,"kind":"sale","status":"success","created_at":"2026-03-14T01:00:01Z"},{"id":71,"order_id":5,"created_at":"2026-01-01T00:00:00Z"}]}""", null)
            : address.AbsolutePath.EndsWith("/customers.json", StringComparison.Ordinal)
                ? ("""{"customers":[{"id":3,"created_at":"2026-03-14T05:00:00+01:00","updated_at":"2026-03-14T05:00:00+01:00"},{"id":4,"created_at":"2025-01-01T00:00:00Z","updated_at":"2026-03-14T06:00:00Z"}]}""", null)
                : ($$"""{"orders":[{{Order}}]}""", address.Query.Contains("page_info", StringComparison.Ordinal) ? null : "https://acme.myshopify.com/admin/api/2026-10/orders.json?limit=50&page_info=abc"));

        var pages = await api.ListAllAsync("shopify", Shopify("orders/create", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled", "refunds/create", "order_transactions/create", "customers/create", "customers/update"));

        Assert.Equal(3, pages.Count);
        Assert.Equal(
            ["orders/create/5", "orders/cancelled/5", "orders/partially_fulfilled/5/2", "refunds/create/8", "order_transactions/create/70"],
            pages[0].Events.Select(one => one.Key));
        Assert.Equal(["customers/create/3", "customers/update/4/1773468000"], pages[2].Events.Select(one => one.Key));
        var request = (await pages[0].Events[0].FetchAsync(Cancel))!.Value;
        Assert.Equal(("orders/create", "orders/create/5"), (request.Header("X-Shopify-Topic"), request.Header("X-Shopify-Webhook-Id")));
        Assert.StartsWith("""{"id":5,""", Encoding.UTF8.GetString(request.Body.Span), StringComparison.Ordinal);
        Assert.Equal("https://acme.myshopify.com/admin/api/2026-10/orders.json?limit=50&updated_at_min=2026-03-14T00%3A00%3A00Z&status=any", api.Asked[0].Address.AbsoluteUri);
        Assert.All(api.Asked, query => Assert.Contains(new("X-Shopify-Access-Token", "shpat_test"), query.Headers));
    }

    [Fact]
    public async Task Short_wait_that_a_provider_wants_is_waited_and_a_long_one_is_not()
    {
        var waits = new Queue<TimeSpan>([TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)]);
        var api = new FakeApi(_ => waits.TryDequeue(out var wait) ? throw new ProviderPageException("busy", 429, wait) : ("[]", null));

        var failure = await Assert.ThrowsAsync<ProviderPageException>(() => api.ListAsync("github", GitHub));

        Assert.Equal((TimeSpan.FromHours(1), true, 3), (failure.RetryAfter, failure.MayPass, api.Asked.Count));
    }
}
