using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Dashboard;

/// <summary>The read models over HTTP.</summary>
public sealed class QueryTests(TestServers servers) : IAsyncLifetime
{
    private DashboardApp _dashboard = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _dashboard = await DashboardApp.StartAsync(servers);

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Theory]
    [InlineData("/api/payments?days=0")]
    [InlineData("/api/payments?days=-1")]
    [InlineData("/api/payments?days=many")]
    [InlineData("/api/activity?limit=0")]
    [InlineData("/api/activity?limit=1.5")]
    [InlineData("/api/activity?before=yesterday")]
    [InlineData("/api/activity?source=%00")]
    [InlineData("/api/alerts?limit=x")]
    [InlineData("/api/timeline/nonsense")]
    public async Task Bad_value_gets_400_and_a_sentence(string path)
    {
        using var response = await _dashboard.Operator.GetAsync(new Uri(path, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<ProblemDetails>(Cancelled);
        Assert.EndsWith(".", problem?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_delivery_has_no_timeline()
    {
        using var response = await _dashboard.Operator.GetAsync(new Uri($"/api/timeline/{Guid.NewGuid()}", UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/api/activity?limit=99999999999")]
    [InlineData("/api/payments?days=100000")]
    public async Task Limits_are_capped(string path)
    {
        using var response = await _dashboard.Operator.GetAsync(new Uri(path, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Feed_can_be_paged_without_gaps_or_repeats_and_filtered()
    {
        var received = DateTimeOffset.UtcNow;
        for (var number = 0; number < 9; number++)
        {
            // Three lines at a time have the same time.
            var metadata = Samples.Metadata(source: number % 2 == 0 ? "even" : "odd") with { ReceivedAt = received.AddSeconds(-(number / 3)) };
            await _dashboard.PublishAsync(new Contracts.Payments.PaymentCompleted(metadata, $"pi_{number}", new Contracts.Payments.Money(100, "USD")));
        }

        var all = await Eventually.Is(() => _dashboard.GetAsync<Activity[]>("/api/activity"), lines => lines.Length == 9);
        var paged = new List<Activity>();
        var page = await _dashboard.GetAsync<Activity[]>("/api/activity?limit=2");
        while (page.Length > 0)
        {
            paged.AddRange(page);
            page = await _dashboard.GetAsync<Activity[]>($"/api/activity?limit=2&before={page[^1].Id}");
        }

        Assert.Equal(all.Select(line => line.Id), paged.Select(line => line.Id));
        Assert.Equal(all.Select(line => line.At).OrderDescending(), all.Select(line => line.At));
        Assert.Equal(4, (await _dashboard.GetAsync<Activity[]>("/api/activity?source=odd")).Length);
        Assert.Empty(await _dashboard.GetAsync<Activity[]>("/api/activity?kind=delivery"));
        Assert.Equal(6, (await _dashboard.GetAsync<Activity[]>($"/api/activity?before={Uri.EscapeDataString(all[0].At.ToString("O"))}")).Length);
    }

    [Fact]
    public async Task Overview_adds_up_what_the_gateway_tallied()
    {
        var now = DateTimeOffset.UtcNow;
        await _dashboard.PublishAsync(new IngressTallied("shop", "stripe", now, 7, 1, 0, 2, 0));
        await _dashboard.PublishAsync(new IngressTallied("shop", "stripe", now.AddMinutes(-5), 3, 0, 1, 0, 1));
        await _dashboard.PublishAsync(new IngressTallied("(unknown)", "", now, 0, 0, 0, 40, 0));
        await _dashboard.PublishAsync(new IngressTallied("shop", "stripe", now.AddHours(-2), 1000, 0, 0, 0, 0));

        var overview = await Eventually.Is(() => _dashboard.GetAsync<Overview>("/api/overview"), found => found.LastHour == new IngressTotals(10, 1, 1, 42, 1));

        Assert.Equal(["(unknown)", "shop"], overview.Sources.Select(source => source.Source));
        Assert.Equal(2, overview.Minutes.Count(minute => minute.Ingress != new IngressTotals(0, 0, 0, 0, 0)));
    }

    [Fact]
    public async Task Read_models_past_their_time_are_deleted_and_payments_stay()
    {
        var old = DateTimeOffset.UtcNow.AddDays(-100);
        await _dashboard.PublishAsync(new Contracts.Payments.PaymentCompleted(Samples.Metadata(old) with { ReceivedAt = old }, "pi_old", new Contracts.Payments.Money(100, "USD")));
        await _dashboard.PublishAsync(new IngressTallied("shop", "stripe", old, 1, 0, 0, 0, 0));
        await _dashboard.PublishAsync(Samples.Completed(100, "pi_new"));
        await Eventually.Is(() => _dashboard.GetAsync<Activity[]>("/api/activity"), lines => lines.Length == 2);
        await using var db = await _dashboard.Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancelled);
        await Eventually.IsTrue(() => db.IngressMinutes.AnyAsync(Cancelled));

        Assert.Equal(3, await _dashboard.Services.GetRequiredService<Retention>().PurgeAsync(Cancelled));

        Assert.Equal(["pi_new"], (await _dashboard.GetAsync<Activity[]>("/api/activity")).Select(line => line.Summary));
        Assert.Equal(2, await db.Payments.CountAsync(Cancelled));
        Assert.Equal(1, await db.EventMinutes.CountAsync(Cancelled));
    }

    [Fact]
    public async Task OpenAPI_describes_every_endpoint()
    {
        var document = await _dashboard.Anonymous.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancelled);

        foreach (var path in new[] { "/api/overview", "/api/payments", "/api/activity", "/api/timeline/{deliveryId}", "/api/alerts", "/api/live", "/login", "/logout" })
        {
            Assert.Contains($"\"{path}\"", document, StringComparison.Ordinal);
        }

        Assert.Contains("\"maximum\": 366", document, StringComparison.Ordinal);
    }
}
