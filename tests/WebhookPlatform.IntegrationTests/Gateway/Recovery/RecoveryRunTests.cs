using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>When runs of recovery begin, how they go on after trouble, and what they say.</summary>
public sealed class RecoveryRunTests(GatewayFixture fixture) : RecoveryScene(fixture)
{
    [Fact]
    public async Task Provider_in_trouble_is_told_of_and_the_run_goes_on_where_it_was()
    {
        await using var api = new StripeApi();
        await MakeAsync("troubled", "stripe", api);
        var webhooks = Simulate("stripe", 120, "customer.created");
        foreach (var webhook in webhooks)
        {
            api.Add(webhook.Body);
        }

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
        await using var replica = await Fixture.StartAsync();
        await using var api = new StripeApi();
        await api.StartAsync();
        api.Add(Sending.StripeEvent("evt_scheduled_1"));
        await MakeAsync("scheduled", "stripe", api, new JsonObject { ["every"] = "00:10:00", ["lookback"] = "02:00:00" });

        var first = (await RunsAsync("scheduled", count: 1))[0];
        Assert.Equal(("schedule", 1), (first.GetProperty("trigger").GetString(), Number(first, "recovered")));
        Assert.Equal(TimeSpan.FromHours(2), first.GetProperty("until").GetDateTimeOffset() - first.GetProperty("since").GetDateTimeOffset());
        api.Add(Sending.StripeEvent("evt_scheduled_2"));
        await Fixture.ExecuteAsync("UPDATE recoveries SET created_at = created_at - interval '11 minutes' WHERE source = 'scheduled'");

        var second = (await RunsAsync("scheduled", count: 2))[0];
        Assert.Equal((2, 1, 1), (Number(second, "listed"), Number(second, "known"), Number(second, "recovered")));
        Assert.Equal(first.GetProperty("until").GetDateTimeOffset().AddHours(-1), second.GetProperty("since").GetDateTimeOffset());
        Assert.Equal((2L, 2L, 2L), await StoredAsync("scheduled"));
    }

    [Fact]
    public async Task Event_ids_that_may_have_been_forgotten_are_not_asked_about()
    {
        await using var replica = await Fixture.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:KeepClaimsDays"] = "4" });
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

        using var anonymous = await Fixture.Gateway.Client.PostAsJsonAsync("/api/sources/asked/recover", new { since = now.AddHours(-1) }, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        using var unusable = await Operator.PutAsJsonAsync("/api/sources/unusable", new { provider = "stripe", secrets = new[] { "whsec_x" }, recovery = new { apiKey = "rk_1" } }, Cancel);
        Assert.Contains("EventTypes is missing", await unusable.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task<List<JsonElement>> RunsAsync(string source, int count) =>
        (await Eventually.Is(
            () => Operator.GetFromJsonAsync<JsonElement>($"/api/sources/{source}/recoveries", Cancel),
            page => page.GetProperty("recoveries").EnumerateArray().Count(run => run.GetProperty("state").GetString() is "succeeded") == count)).GetProperty("recoveries").EnumerateArray().ToList();
}
