using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Automation;

public sealed class RuleApiTests(TestServers servers)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task Nothing_but_health_metrics_and_the_description_answers_without_the_key()
    {
        await using var host = await AutomationHost.StartAsync(servers);
        foreach (var path in new[] { "/api/rules", "/api/runs", $"/api/rules/{Guid.NewGuid()}", "/api/none" })
        {
            using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, answer.StatusCode));
        }

        using var created = await host.Client.PostAsync(new Uri("/api/rules", UriKind.Relative), new StringContent("{}", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, created.StatusCode);
        foreach (var path in new[] { "/health/live", "/metrics", "/openapi/v1.json" })
        {
            using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_kept_when_the_rule_is_sent_back()
    {
        await using var host = await AutomationHost.StartAsync(servers);
        var created = await host.CreateRuleAsync(
            new { type = "http", url = "https://example.com/a" },
            new { type = "http", url = "https://example.com/b", secret = Secret, headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = "Bearer abc", ["X-Team"] = "shop" } });
        var path = $"/api/rules/{created["id"]}";
        var made = created["actions"]![0]!["secret"]!.GetValue<string>();
        Assert.StartsWith("whsec_", made, StringComparison.Ordinal);

        var read = JsonNode.Parse((await host.GetAsync(path)).GetRawText())!;
        Assert.DoesNotContain(made, read.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, (created.ToJsonString() + read.ToJsonString()), StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer abc", read.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("shop", read["actions"]![1]!["headers"]!["X-Team"]!.GetValue<string>());

        read["name"] = "renamed";
        var (status, replaced) = await host.SendAsync(HttpMethod.Put, path, read);
        Assert.Equal((HttpStatusCode.OK, 2), (status, replaced.GetProperty("version").GetInt32()));
        var stored = await host.WithDatabaseAsync(async db => (await db.Rules.FindAsync(Guid.Parse(created["id"]!.GetValue<string>())))!);
        var secrets = stored.Actions.Cast<WebhookPlatform.Automation.Actions.HttpAction>().ToList();
        Assert.Equal([made, Secret], secrets.Select(action => action.Secret), StringComparer.Ordinal);
        Assert.Equal("Bearer abc", secrets[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task A_change_made_from_an_old_version_is_refused()
    {
        await using var host = await AutomationHost.StartAsync(servers);
        var rule = await host.CreateRuleAsync(new { type = "notify", channel = "in-app", title = "x" });
        var path = $"/api/rules/{rule["id"]}";

        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, path + "/disable")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync(HttpMethod.Put, path, rule)).Status);
        rule.AsObject().Remove("version");
        var (status, problem) = await host.SendAsync(HttpMethod.Put, path, rule);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty("version", out _));
        Assert.False((await host.GetAsync(path)).GetProperty("enabled").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, path + "/enable")).Status);
        Assert.Equal(3, (await host.GetAsync(path)).GetProperty("version").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Put, path, rule)).Status);
    }

    [Fact]
    public async Task Malformed_requests_are_answered_with_what_to_fix()
    {
        await using var host = await AutomationHost.StartAsync(servers);
        await RefusedAsync(host, "{\"name\": 5}", HttpStatusCode.BadRequest, "at name");
        await RefusedAsync(host, "{\"name\"", HttpStatusCode.BadRequest, "line 1");
        await RefusedAsync(host, "", HttpStatusCode.BadRequest, "not the JSON");
        await RefusedAsync(host, "null", HttpStatusCode.BadRequest, "null");
        await RefusedAsync(host, "{}", HttpStatusCode.BadRequest, "\"eventType\"");
        await RefusedAsync(host, "{}", HttpStatusCode.UnsupportedMediaType, "Unsupported Media Type", "text/plain");
        await RefusedAsync(host, $"{{\"name\":\"{new string('x', 300_000)}\"}}", HttpStatusCode.RequestEntityTooLarge, "too large");
        foreach (var query in new[] { "state=running", "rule=1", "before=yesterday", "limit=0", "limit=x" })
        {
            var (status, problem) = await host.SendAsync(HttpMethod.Get, $"/api/runs?{query}");
            Assert.Equal((query, HttpStatusCode.BadRequest), (query, status));
            Assert.True(problem.GetProperty("errors").TryGetProperty(query.Split('=')[0], out _));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Post, $"/api/runs/{Guid.NewGuid()}/retry")).Status);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_page_by_page()
    {
        await using var host = await AutomationHost.StartAsync(servers);
        await host.CreateRuleAsync(new { type = "notify", channel = "in-app", title = "x" });
        for (var at = 0; at < 5; at++)
        {
            var now = DateTimeOffset.UtcNow;
            var id = $"pi_{at}";
            await host.PublishAsync(new PaymentCompleted(new EventMetadata(Guid.NewGuid(), now, now, "shop", "stripe", id, Guid.NewGuid(), id), id, new Money(1, "USD")));
        }

        await Eventually.Is(() => host.GetAsync("/api/runs?state=succeeded"), list => list.GetProperty("items").GetArrayLength() == 5);

        var seen = new List<(DateTimeOffset, string)>();
        string? next = null;
        do
        {
            var page = await host.GetAsync($"/api/runs?limit=2{(next is null ? "" : $"&before={next}")}");
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 2);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(run => (run.GetProperty("createdAt").GetDateTimeOffset(), run.GetProperty("subject").GetString()!)));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(5, seen.Select(run => run.Item2).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(seen.Select(run => run.Item1).OrderDescending(), seen.Select(run => run.Item1));
        Assert.Empty((await host.GetAsync("/api/runs?before=2020-01-01T00:00:00Z")).GetProperty("items").EnumerateArray());
    }

    private static async Task RefusedAsync(AutomationHost host, string body, HttpStatusCode status, string says, string type = "application/json")
    {
        using var answer = await host.Operator.PostAsync(new Uri("/api/rules", UriKind.Relative), new StringContent(body, Encoding.UTF8, type));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(says, text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
    }
}
