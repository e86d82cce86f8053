using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WebhookPlatform.Dashboard.Console.DeliveryViews;
using WebhookPlatform.Dashboard.Console.Feed;
using WebhookPlatform.Dashboard.Console.Gateway;
using WebhookPlatform.Dashboard.Console.SourceViews;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

/// <summary>What the parts of a source's page show in each state.</summary>
public sealed class SourceViewTests : IAsyncDisposable
{
    private readonly StubGateway _gateway = new StubGateway().WithShop();
    private readonly ServiceProvider _services;
    private readonly HtmlRenderer _renderer;

    public SourceViewTests()
    {
        _services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_gateway.Clock).BuildServiceProvider();
        _renderer = new HtmlRenderer(_services, NullLoggerFactory.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _renderer.DisposeAsync();
        await _services.DisposeAsync();
        _gateway.Dispose();
    }

    [Fact]
    public async Task Secrets_are_shown_by_hint_and_use_with_buttons_for_the_operator()
    {
        var html = await SecretsAsync(_gateway.Desk());

        Assert.Contains("wh…ew", html, StringComparison.Ordinal);
        Assert.Contains("in use", html, StringComparison.Ordinal);
        Assert.Contains("7 times in 24 h", html, StringComparison.Ordinal);
        Assert.Contains("no match yet", html, StringComparison.Ordinal);
        Assert.Equal(2, Count(html, "data-testid=\"retire\""));
        Assert.Contains("To rotate:", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Field_for_a_secret_has_neither_a_name_nor_a_value_that_could_reach_an_address()
    {
        var html = await SecretsAsync(_gateway.Desk());

        var at = html.IndexOf("<textarea", StringComparison.Ordinal);
        var field = html[at..html.IndexOf('>', at)];
        Assert.All(["autocomplete=\"off\"", "spellcheck=\"false\"", "autocapitalize=\"off\""], switched => Assert.Contains(switched, field, StringComparison.Ordinal));
        Assert.StartsWith("></textarea>", html[html.IndexOf('>', at)..], StringComparison.Ordinal);
        Assert.DoesNotContain(" name=", field, StringComparison.Ordinal);
        Assert.DoesNotContain(" value=", field, StringComparison.Ordinal);
        Assert.DoesNotContain(" action=", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_of_the_configuration_says_where_to_change_it_instead_of_buttons()
    {
        var html = await SecretsAsync(_gateway.WithShop("configuration").Desk());

        Assert.Contains("Sources:shop:Secrets", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"retire\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<textarea", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_not_logged_in_sees_no_buttons()
    {
        var desk = _gateway.Desk(new ClaimsPrincipal(new ClaimsIdentity()));

        var html = await SecretsAsync(desk) + await QuarantineAsync(desk);

        Assert.DoesNotContain("<button", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<textarea", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_tells_how_much_it_holds_and_why()
    {
        var html = await QuarantineAsync(_gateway.Desk());

        Assert.Contains("2 requests, 2.0 KiB, the oldest", html, StringComparison.Ordinal);
        Assert.Contains("2026-03-01T11:50:00", html, StringComparison.Ordinal);
        Assert.Contains("Retired secret", html, StringComparison.Ordinal);
        Assert.Equal(1, Count(html, "no forgery"));
        Assert.Contains("data-testid=\"release\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_can_be_turned_where_it_has_more_than_a_page()
    {
        Assert.DoesNotContain("quarantine-older", await QuarantineAsync(_gateway.Desk()), StringComparison.Ordinal);
        var more = _gateway.Answers("GET /api/sources/shop/quarantine", """{"count":60,"bytes":2048,"requests":[{"id":9,"receivedAt":"2026-03-01T11:58:00Z","reason":"signature-mismatch","cause":"unexplained","diagnosis":"No secret gives it.","isProven":false,"bodyBytes":700}],"next":9}""").Desk();

        var html = await QuarantineAsync(more);

        Assert.Contains("data-testid=\"quarantine-older\"", html, StringComparison.Ordinal);
        Assert.Contains("60 requests, 2.0 KiB<", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_quarantine_has_nothing_to_release()
    {
        var html = await QuarantineAsync(_gateway.Answers("GET /api/sources/shop/quarantine", """{"count":0,"bytes":0,"requests":[]}""").Desk());

        Assert.Contains("Nothing is kept.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"release\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_known_yet_is_awaited_and_what_cannot_be_known_is_said()
    {
        var desk = _gateway.Desk();
        Assert.Contains("progressbar", await RenderAsync<QuarantinePanel>(("Desk", desk), ("Quarantine", null)), StringComparison.Ordinal);
        Assert.Contains("progressbar", await RenderAsync<SecretsPanel>(("Desk", desk), ("Secrets", null)), StringComparison.Ordinal);
        Assert.Contains("progressbar", await RenderAsync<RejectionsPanel>(("Model", null)), StringComparison.Ordinal);

        _gateway.IsAway = true;
        await desk.RefreshAsync(Cancel);

        Assert.Contains("cannot be told at the moment", await RenderAsync<QuarantinePanel>(("Desk", desk), ("Quarantine", desk.Quarantine)), StringComparison.Ordinal);
        Assert.Contains("cannot be told at the moment", await RenderAsync<SecretsPanel>(("Desk", desk), ("Secrets", desk.Secrets)), StringComparison.Ordinal);
        Assert.Contains("cannot be told at the moment", await RenderAsync<RejectionsPanel>(("Model", desk.Rejections)), StringComparison.Ordinal);
        Assert.Contains("cannot be told at the moment", await RenderAsync<SourceFactsPanel>(("Model", desk.Facts)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejections_are_told_with_their_diagnosis_and_never_as_markup()
    {
        _gateway.Answers("GET /api/rejections", """{"rejections":[{"id":12,"at":"2026-03-01T11:58:00Z","status":401,"reason":"signature-mismatch","detail":"It matches <b>another</b> secret.","remoteAddress":"203.0.113.7","userAgent":"<script>alert(1)</script>","contentLength":700}],"next":12}""");
        var desk = _gateway.Desk();
        await desk.RefreshAsync(Cancel);

        var html = await RenderAsync<RejectionsPanel>(("Model", desk.Rejections));

        Assert.Contains("Signature does not match", html, StringComparison.Ordinal);
        Assert.Contains("It matches &lt;b&gt;another&lt;/b&gt; secret.", html, StringComparison.Ordinal);
        Assert.Contains("from 203.0.113.7", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("data-testid=\"rejections-older\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_that_was_recovered_is_marked_in_the_list_and_in_its_details()
    {
        var desk = _gateway.Desk();
        await desk.RefreshAsync(Cancel);
        var stored = new StoredDelivery(Guid.NewGuid(), "shop", "stripe", "evt_1", "charge.refunded", null, "accepted", 0, null, null, 10, null, null, "0a1b2c3d", Guid.NewGuid(), true);

        var list = await RenderAsync<SourceDeliveries>(("Model", desk.Deliveries));
        var facts = await RenderAsync<DeliveryFacts>(("DeliveryId", stored.Id!.Value), ("Stored", stored), ("SecretHint", desk.Secrets!.Value!.HintOf("0a1b2c3d")));

        Assert.Contains("data-testid=\"recovered-chip\"", list, StringComparison.Ordinal);
        Assert.Contains(stored.Recovery!.Value.ToString(), facts, StringComparison.Ordinal);
        Assert.Contains("the secret wh…ew", facts, StringComparison.Ordinal);
        Assert.Contains("href=\"sources/shop\"", facts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_that_was_recovered_is_marked_in_the_feed_and_in_its_timeline()
    {
        var sent = new Activity(Guid.NewGuid(), DateTimeOffset.UnixEpoch, ActivityKinds.Delivery, "charge.refunded", "shop", "stripe", "gateway", "charge.refunded from shop", "", "succeeded", Guid.NewGuid(), null);
        var found = sent with { Id = Guid.NewGuid(), Recovered = true };

        Assert.DoesNotContain("recovered-chip", await RenderAsync<FeedRow>(("Model", sent)), StringComparison.Ordinal);
        Assert.Contains("recovered-chip", await RenderAsync<FeedRow>(("Model", found)), StringComparison.Ordinal);
        Assert.Equal(1, Count(await RenderAsync<DeliveryTimeline>(("Model", new Timeline(sent.DeliveryId, [sent, found]))), "recovered-chip"));
    }

    [Fact]
    public async Task Refusal_of_the_gateway_does_not_hide_what_is_known()
    {
        var desk = _gateway.Desk();
        await desk.RefreshAsync(Cancel);
        _gateway.Answers("GET /api/sources/shop/secrets", "", HttpStatusCode.InternalServerError);

        Assert.Contains("wh…ew", await SecretsAsync(desk), StringComparison.Ordinal);
        Assert.StartsWith("The gateway answered 500.", desk.Problem, StringComparison.Ordinal);
    }

    private async Task<string> SecretsAsync(SourceDesk desk)
    {
        await desk.RefreshAsync(Cancel);
        return await RenderAsync<SecretsPanel>(("Desk", desk), ("Secrets", desk.Secrets));
    }

    private async Task<string> QuarantineAsync(SourceDesk desk)
    {
        await desk.RefreshAsync(Cancel);
        return await RenderAsync<QuarantinePanel>(("Desk", desk), ("Quarantine", desk.Quarantine));
    }

    // Characters beyond ASCII are written as entities.
    private Task<string> RenderAsync<TComponent>(params (string Name, object? Value)[] parameters)
        where TComponent : IComponent =>
        _renderer.Dispatcher.InvokeAsync(async () =>
        {
            var values = parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal);
            var html = (await _renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(values))).ToHtmlString();
            return html.Replace("&#x2026;", "…", StringComparison.OrdinalIgnoreCase).Replace("&#x27;", "'", StringComparison.OrdinalIgnoreCase);
        });

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
