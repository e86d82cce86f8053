using System.Net;
using Microsoft.AspNetCore.SignalR.Client;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Dashboard;

/// <summary>Who gets in, and how.</summary>
public sealed class AccessTests(TestServers servers) : IAsyncLifetime
{
    private string _database = "";
    private Uri _broker = null!;
    private DashboardApp _dashboard = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await servers.CreateDatabaseAsync("dashboard");
        _broker = await servers.CreateBrokerAsync("dashboard");
        _dashboard = await DashboardApp.StartAsync(_database, _broker);
    }

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Theory]
    [InlineData("/api/overview")]
    [InlineData("/api/payments")]
    [InlineData("/api/activity")]
    [InlineData("/api/alerts")]
    [InlineData("/api/live")]
    [InlineData("/api/timeline/0198c9a2-7b1e-7c40-9f43-3a1d2c5b6e7f")]
    [InlineData("/hubs/live")]
    [InlineData("/hubs/live?access_token=wrong")]
    public async Task Programs_without_the_key_get_401_and_a_problem(string path)
    {
        using var response = await _dashboard.Anonymous.GetAsync(new Uri(path, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/deliveries")]
    [InlineData("/sources")]
    [InlineData("/sources/shop")]
    public async Task People_without_a_login_are_shown_the_way_to_it(string path)
    {
        using var response = await _dashboard.Anonymous.GetAsync(new Uri(path, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/login", response.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_whose_buttons_change_something_has_no_connection_without_a_login()
    {
        using var negotiation = await _dashboard.Anonymous.PostAsync(new Uri("/_blazor/negotiate?negotiateVersion=1", UriKind.Relative), null, Cancelled);
        using var socket = await _dashboard.Anonymous.GetAsync(new Uri("/_blazor", UriKind.Relative), Cancelled);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (negotiation.StatusCode, socket.StatusCode));
    }

    [Fact]
    public async Task Page_of_a_source_tells_browsers_neither_the_operator_key_nor_to_ask_the_gateway()
    {
        await using var gateway = await WebReceiver.StartAsync();
        await using var dashboard = await DashboardApp.StartAsync(
            _database, _broker, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:Url"] = gateway.Address.ToString() });
        using var login = await PostAsync("/login", ("key", RunningService.OperatorKey));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/sources/shop", UriKind.Relative));
        request.Headers.Add("Cookie", Assert.Single(login.Headers.GetValues("Set-Cookie")).Split(';')[0]);

        using var response = await dashboard.Anonymous.SendAsync(request, Cancelled);

        var page = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("data-testid=\"source-page\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(RunningService.OperatorKey, page, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Address.Authority, page, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_carry_headers_that_bind_browsers()
    {
        using var response = await _dashboard.Anonymous.GetAsync(new Uri("/api/overview", UriKind.Relative), Cancelled);

        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task Login_gives_a_cookie_that_holds_at_another_replica_until_the_key_changes()
    {
        using var login = await PostAsync("/login", ("key", RunningService.OperatorKey), ("returnUrl", "/payments"));
        Assert.Equal((HttpStatusCode.SeeOther, "/payments"), (login.StatusCode, login.Headers.Location?.ToString()));
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        await using var second = await DashboardApp.StartAsync(_database, _broker);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second, cookie));

        await using var changed = await DashboardApp.StartAsync(_database, _broker, new Dictionary<string, string?>(StringComparer.Ordinal) { ["Operator:ApiKey"] = "another-key-of-the-tests" });
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(changed, cookie));
    }

    [Theory]
    [InlineData("https://elsewhere.example")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    public async Task Login_sends_nobody_to_another_site(string returnUrl)
    {
        using var login = await PostAsync("/login", ("key", RunningService.OperatorKey), ("returnUrl", returnUrl));

        Assert.Equal("/", login.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Wrong_key_gets_no_cookie_and_guessing_is_limited()
    {
        using var wrong = await PostAsync("/login", ("key", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.False(wrong.Headers.Contains("Set-Cookie"));

        var guesses = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            using var guess = await PostAsync("/login", ("key", $"guess {number}"));
            return guess.StatusCode;
        }));
        Assert.Contains(HttpStatusCode.TooManyRequests, guesses);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Origin", "null")]
    public async Task Forms_of_other_sites_are_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/login", UriKind.Relative));
        request.Headers.Add(header, value);
        request.Content = new FormUrlEncodedContent([KeyValuePair.Create("key", RunningService.OperatorKey)]);
        using var response = await _dashboard.Anonymous.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Logout_drops_the_cookie()
    {
        using var response = await PostAsync("/logout");

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Contains("webhooks.login=;", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_refuses_a_connection_without_the_key()
    {
        await using var connection = new HubConnectionBuilder().WithUrl(new Uri(_dashboard.Address, "/hubs/live")).Build();

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => connection.StartAsync(Cancelled));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await _dashboard.Anonymous.PostAsync(new Uri(path, UriKind.Relative), content, Cancelled);
    }

    private static async Task<HttpStatusCode> StatusAsync(DashboardApp dashboard, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/overview", UriKind.Relative));
        request.Headers.Add("Cookie", cookie.Split(';')[0]);
        using var response = await dashboard.Anonymous.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
