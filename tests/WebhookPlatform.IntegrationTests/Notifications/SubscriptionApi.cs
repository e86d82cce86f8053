using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Notifications;

/// <summary>The operator API as a client sees it.</summary>
public sealed class SubscriptionApi(RunningNotifications running) : IClassFixture<RunningNotifications>
{
    private readonly NotificationsHost _host = running.Host;

    [Theory]
    [InlineData("/api/subscriptions")]
    [InlineData("/api/notifications")]
    public async Task Nothing_is_told_without_the_operator_key(string path)
    {
        using var client = new HttpClient { BaseAddress = _host.Client.BaseAddress };
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Each_wrong_field_is_named_with_what_to_fix()
    {
        using var answer = await _host.Client.PostAsJsonAsync(
            "/api/subscriptions",
            new
            {
                name = " ",
                eventType = "PaymentCompletd",
                channel = "email",
                target = "not an address",
                titleTemplate = "{{ event.amount",
                conditions = new object[] { new { field = "amount.minorUnits", @operator = "over", value = 1 } },
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("errors");
        Assert.Equal(["name", "eventType", "titleTemplate", "conditions[0]", "target"], errors.EnumerateObject().Select(error => error.Name), StringComparer.Ordinal);
        Assert.Contains("PaymentCompleted, PaymentFailed", errors.GetProperty("eventType")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("greaterThan", errors.GetProperty("conditions[0]")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"name":1}""")]
    [InlineData("""{"conditions":[null]}""")]
    [InlineData("""{"name":"\u0000","eventType":"*","channel":"in-app","titleTemplate":"\u0000","conditions":[{"field":"a","operator":"equals","value":"\u0000"}]}""")]
    [InlineData("""{"name":"\ud800","eventType":"*","channel":"in-app","titleTemplate":"x"}""")]
    public async Task Broken_body_is_a_400_problem(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _host.Client.PostAsync("/api/subscriptions", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Replacing_needs_the_version_that_was_read_and_keeps_a_masked_secret()
    {
        await using var chat = await ChatServer.StartAsync();
        var path = $"/api/subscriptions/{await _host.SubscribeAsync(NotificationFlow.Chat("replaced", chat.Url))}";
        var read = await _host.GetAsync(path);
        Assert.DoesNotContain("very-secret-token", read.GetRawText(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.PreconditionRequired, (await ReplaceAsync(path, read, null)).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ReplaceAsync(path, read, "\"1\"")).StatusCode);
        using var replaced = await ReplaceAsync(path, read, read.GetProperty("version").GetString());
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.NotEqual(read.GetProperty("version").GetString(), replaced.Headers.ETag?.Tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ReplaceAsync(path, read, read.GetProperty("version").GetString())).StatusCode);

        using var tested = await _host.Client.PostAsync($"{path}/test", null, TestContext.Current.CancellationToken);
        Assert.True((await tested.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("sent").GetBoolean());
        Assert.Contains("[Test] 42.00 USD paid", Assert.Single(chat.Posts).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_that_fails_says_why()
    {
        await using var chat = await ChatServer.StartAsync();
        chat.Answer = context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        };
        var id = await _host.SubscribeAsync(NotificationFlow.Chat("tested", chat.Url));
        using var tested = await _host.Client.PostAsync($"/api/subscriptions/{id}/test", null, TestContext.Current.CancellationToken);

        var result = await tested.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((false, "The chat server answered 403"), (result.GetProperty("sent").GetBoolean(), result.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Every_default_subscription_renders_its_own_event()
    {
        foreach (var subscription in (await _host.GetAsync("/api/subscriptions")).EnumerateArray())
        {
            using var answer = await _host.Client.PostAsJsonAsync("/api/subscriptions/preview", subscription, TestContext.Current.CancellationToken);
            var preview = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

            Assert.True(answer.IsSuccessStatusCode, preview.GetRawText());
            Assert.NotEqual("", preview.GetProperty("body").GetString());
            Assert.DoesNotContain("{{", preview.GetProperty("title").GetString() + preview.GetProperty("body").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Notifications_are_listed_in_pages_without_gaps()
    {
        var payments = Enumerable.Range(0, 5).Select(_ => NotificationFlow.Payment("pages")).ToList();
        foreach (var payment in payments)
        {
            await _host.PublishAsync(payment, payment.Metadata.EventId);
            await Eventually.Is(() => _host.RowsAsync(payment.Metadata.EventId), rows => rows.Count > 0);
        }

        var seen = new List<Guid>();
        for (string? next = ""; next is not null;)
        {
            var page = await _host.GetAsync($"/api/notifications?state=succeeded&channel=in-app&limit=2{(next.Length > 0 ? "&before=" + next : "")}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("eventId").GetGuid()));
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(payments.Select(payment => payment.Metadata.EventId).Reverse(), seen);
    }

    [Theory]
    [InlineData("state=asleep", "state")]
    [InlineData("channel=pigeon", "channel")]
    [InlineData("limit=0", "limit")]
    [InlineData("before=6d1f6d3c-0f0e-5a86-9a3e-2f6a7c1f4e10", "before")]
    public async Task Filter_that_cannot_be_used_is_named(string query, string field)
    {
        using var answer = await _host.Client.GetAsync($"/api/notifications?{query}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("errors").TryGetProperty(field, out _));
    }

    private async Task<HttpResponseMessage> ReplaceAsync(string path, JsonElement body, string? version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", version);
        }

        return await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
