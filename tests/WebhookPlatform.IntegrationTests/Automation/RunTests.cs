using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Automation;

public sealed class RunTests(TestServers servers)
{
    [Fact]
    public async Task An_event_that_comes_often_and_fails_at_first_is_one_run_with_one_idempotency_key()
    {
        await using var receiver = await WebReceiver.StartAsync((context, before) => Answer(context, before < 2 ? 503 : 200));
        await using var host = await AutomationHost.StartAsync(servers);
        var rule = await host.CreateRuleAsync(new { type = "http", url = receiver.Address });
        var payment = Payment();

        await host.PublishAsync(payment, times: 5);
        await host.PublishAsync(payment, messageId: Guid.NewGuid());
        var run = await host.RunInStateAsync(rule, "succeeded");
        await host.PublishAsync(payment, times: 3);
        await host.PublishAsync(payment, messageId: Guid.NewGuid());
        await Eventually.IsTrue(host.IsIdleAsync);

        Assert.Equal(1, await host.WithDatabaseAsync(db => db.Runs.CountAsync()));
        Assert.Equal(3, receiver.Requests.Count);
        var key = run.GetProperty("steps")[0].GetProperty("requestId").GetString();
        var secret = rule["actions"]![0]!["secret"]!.GetValue<string>();
        Assert.All(receiver.Requests, request =>
        {
            Assert.Equal((key, key), (request.Headers["webhook-id"], request.Headers["Idempotency-Key"]));
            var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
            Assert.Equal(StandardWebhooksSignature.Sign(secret, key!, at, request.Body), request.Headers["webhook-signature"]);
        });
        Assert.Equal(["failed", "failed", "succeeded"], Attempts(run, "outcome"), StringComparer.Ordinal);
        var effects = await host.DrainAsync<EffectRecorded>(Topology.Dashboard);
        Assert.Equal(["run.failed", "run.planned", "run.succeeded"], effects.Select(effect => effect.Kind).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(effects, effect => Assert.Equal((payment.Metadata.EventId, payment.Metadata.DeliveryId, "automation"), (effect.EventId, effect.DeliveryId, effect.Service)));
    }

    [Fact]
    public async Task A_finished_action_is_not_repeated_when_a_later_one_fails_and_a_dead_run_can_be_retried()
    {
        var mended = false;
        await using var first = await WebReceiver.StartAsync();
        await using var second = await WebReceiver.StartAsync((context, _) => Answer(context, mended ? 200 : 500));
        await using var host = await AutomationHost.StartAsync(servers, ("Automation:MaxAttempts", "3"));
        var rule = await host.CreateRuleAsync(new { type = "http", url = first.Address }, new { type = "http", url = second.Address }, new { type = "notify", channel = "in-app", title = "Done {{ event.paymentId }}" });

        await host.PublishAsync(Payment());
        var dead = await host.RunInStateAsync(rule, "dead");

        Assert.Equal((1, 3), (first.Requests.Count, second.Requests.Count));
        Assert.Equal(["done", "dead", "waiting"], dead.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("state").GetString()), StringComparer.Ordinal);
        Assert.Contains("500", dead.GetProperty("run").GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.Empty(await host.DrainAsync<NotificationRequested>(Topology.Notifications));

        mended = true;
        var path = $"/api/runs/{dead.GetProperty("run").GetProperty("id").GetString()}/retry";
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, path)).Status);
        var done = await host.RunInStateAsync(rule, "succeeded");
        await Eventually.IsTrue(host.IsIdleAsync);

        Assert.Equal((1, 4), (first.Requests.Count, second.Requests.Count));
        Assert.Single(second.Requests.Select(request => request.Headers["webhook-id"]).Distinct(StringComparer.Ordinal));
        Assert.Equal(1, done.GetProperty("retries").GetInt32());
        Assert.Equal("Done pi_1", Assert.Single(await host.DrainAsync<NotificationRequested>(Topology.Notifications)).Title);
        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync(HttpMethod.Post, path)).Status);
    }

    [Fact]
    public async Task A_service_stopped_during_an_action_goes_on_with_the_same_request_when_it_starts_again()
    {
        await using var receiver = await WebReceiver.StartAsync((context, before) => before == 0 ? Task.Delay(Timeout.Infinite, context.RequestAborted) : Answer(context, 200));
        await using var host = await AutomationHost.StartAsync(servers);
        var rule = await host.CreateRuleAsync(new { type = "http", url = receiver.Address });
        await host.PublishAsync(Payment());
        await Eventually.IsTrue(() => Task.FromResult(receiver.Requests.Count == 1));

        await host.StopAsync();
        await host.StartAsync();
        await host.RunInStateAsync(rule, "succeeded");

        Assert.Equal(2, receiver.Requests.Count);
        Assert.Single(receiver.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_request_answered_while_the_database_is_away_is_not_made_again()
    {
        var straight = new NpgsqlConnectionStringBuilder(await servers.CreateDatabaseAsync("automation"));
        await using var line = new TcpProxy(straight.Host!, straight.Port);
        using var answer = new SemaphoreSlim(0);
        await using var receiver = await WebReceiver.StartAsync((_, _) => answer.WaitAsync());
        var throughLine = new NpgsqlConnectionStringBuilder(straight.ConnectionString) { Host = "127.0.0.1", Port = line.Port, Timeout = 3 }.ConnectionString;
        await using var host = await AutomationHost.StartAsync(throughLine, servers);
        var rule = await host.CreateRuleAsync(new { type = "http", url = receiver.Address });
        await host.PublishAsync(Payment());
        await Eventually.IsTrue(() => Task.FromResult(receiver.Requests.Count == 1));

        line.Cut();
        answer.Release();

        // The service has seen the answer, and that it cannot write it down.
        await Eventually.IsTrue(async () => (await host.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode is HttpStatusCode.ServiceUnavailable);
        line.Mend();

        await host.RunInStateAsync(rule, "succeeded");
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task A_run_keeps_the_actions_it_was_planned_with()
    {
        var mended = false;
        await using var before = await WebReceiver.StartAsync((context, _) => Answer(context, mended ? 200 : 503));
        await using var after = await WebReceiver.StartAsync();
        await using var host = await AutomationHost.StartAsync(servers, ("Automation:MaxAttempts", "100"));
        var rule = await host.CreateRuleAsync(new { type = "http", url = before.Address });
        await host.PublishAsync(Payment());
        await Eventually.IsTrue(() => Task.FromResult(before.Requests.Count >= 1));

        rule["actions"]![0]!["url"] = after.Address.ToString();
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Put, $"/api/rules/{rule["id"]}", rule)).Status);
        mended = true;
        await host.RunInStateAsync(rule, "succeeded");

        Assert.Empty(after.Requests);
    }

    [Fact]
    public async Task A_guarded_address_is_refused_by_default_when_the_rule_is_made_and_when_it_runs()
    {
        await using var receiver = await WebReceiver.StartAsync();
        await using var host = await AutomationHost.StartAsync(servers, ("Outbound:AllowPrivateNetworks", "false"));
        var refused = await host.Operator.PostAsync(new Uri("/api/rules", UriKind.Relative), Json($$"""{"name":"a","eventType":"*","actions":[{"type":"http","url":"{{receiver.Address}}"}]}"""), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("actions[0].url", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // As if the name had led elsewhere when the rule was made.
        var now = DateTimeOffset.UtcNow;
        var action = new HttpAction { Id = "a", Url = $"http://localhost:{receiver.Address.Port}/", Method = "POST", Secret = StandardWebhooksSignature.NewSecret() };
        var rule = new Rule { Id = Guid.NewGuid(), Name = "a", Enabled = true, EventType = "PaymentCompleted", Conditions = [], Actions = [action], CreatedAt = now, UpdatedAt = now };
        await host.WithDatabaseAsync(db =>
        {
            db.Rules.Add(rule);
            return db.SaveChangesAsync();
        });
        await host.PublishAsync(Payment());
        var run = await host.RunInStateAsync(JsonSerializer.SerializeToNode(new { id = rule.Id })!, "dead");

        Assert.Contains("loopback", run.GetProperty("run").GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.Empty(receiver.Requests);
    }

    [Fact]
    public async Task The_example_rule_tells_of_large_payments_once_and_of_small_ones_never()
    {
        await using var host = await AutomationHost.StartAsync(servers);
        var large = Payment("pi_large", 100_000);
        await host.PublishAsync(large, times: 3);
        await host.PublishAsync(Payment("pi_small", 99_999));

        var rules = await host.GetAsync("/api/rules");
        var rule = Assert.Single(rules.GetProperty("items").EnumerateArray());
        await host.RunInStateAsync(JsonSerializer.SerializeToNode(rule)!, "succeeded");
        await Eventually.IsTrue(host.IsIdleAsync);

        var notification = Assert.Single(await host.DrainAsync<NotificationRequested>(Topology.Notifications));
        Assert.Equal(("Large payment: 1,000.00 USD", "in-app", large.Metadata.EventId), (notification.Title, notification.Channel, notification.EventId));

        // Who deletes it is rid of it.
        Assert.Equal(HttpStatusCode.NoContent, (await host.SendAsync(HttpMethod.Delete, $"/api/rules/{rule.GetProperty("id").GetString()}")).Status);
        await host.StopAsync();
        await host.StartAsync();
        Assert.Empty((await host.GetAsync("/api/rules")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_cancelled_run_is_not_tried_again_and_the_attempt_under_way_changes_nothing()
    {
        using var answer = new SemaphoreSlim(0);
        await using var receiver = await WebReceiver.StartAsync((_, _) => answer.WaitAsync());
        await using var host = await AutomationHost.StartAsync(servers);
        var rule = await host.CreateRuleAsync(new { type = "http", url = receiver.Address });
        await host.PublishAsync(Payment());
        await Eventually.IsTrue(() => Task.FromResult(receiver.Requests.Count == 1));

        var run = await host.RunInStateAsync(rule, "pending");
        var path = $"/api/runs/{run.GetProperty("run").GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, path + "/cancel")).Status);
        answer.Release();
        await host.StopAsync();
        await host.StartAsync();

        var after = await host.GetAsync(path);
        Assert.Equal("dead", after.GetProperty("run").GetProperty("state").GetString());
        Assert.Empty(after.GetProperty("attempts").EnumerateArray());
        Assert.Single(receiver.Requests);
        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync(HttpMethod.Post, path + "/cancel")).Status);
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static List<string?> Attempts(JsonElement run, string property) => [.. run.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty(property).GetString())];

    private static PaymentCompleted Payment(string id = "pi_1", long minorUnits = 4200)
    {
        var now = new DateTimeOffset(2026, 5, 1, 14, 0, 0, TimeSpan.FromHours(2));
        return new PaymentCompleted(new EventMetadata(DeterministicId.From("shop", id), now, now, "shop", "stripe", id, DeterministicId.From("delivery", id), id), id, new Money(minorUnits, "USD"));
    }
}
