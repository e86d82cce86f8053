using System.Net.Http.Json;
using System.Text.Json;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.EndToEndTests;

public sealed class PipelineTests(Platform platform)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // What a killed process had under way is taken up by the next one when its lease runs out: a minute by default.
    private static readonly TimeSpan LeaseOfTheDead = TimeSpan.FromMinutes(2);

    // What the subscriptions of the first migration are about.
    private static readonly HashSet<string> ToldByDefault = new(StringComparer.Ordinal)
    {
        "PaymentCompleted", "PaymentFailed", "PaymentRefunded", "PullRequestOpened", "PullRequestMerged", "FileUploaded", "MessageReceived",
    };

    public static TheoryData<string, string, string> MappedEvents() =>
        new(Platform.Senders.SelectMany(simulator => simulator.Events
            .Where(known => known.Becomes is not null && !known.IsHandshake)
            .Select(known => (simulator.Provider, known.Name, known.Becomes!))));

    [Theory]
    [MemberData(nameof(MappedEvents))]
    public async Task Webhook_of_every_provider_goes_all_the_way_to_the_timeline(string provider, string eventType, string becomes)
    {
        var signed = Platform.Make(provider, eventType, seed: $"{provider}{eventType}".Aggregate(17, (sum, letter) => unchecked((sum * 31) + letter)));

        var (acknowledged, _) = await platform.SendAsync(provider, signed);

        // Slack shows the answer to people, so its webhooks are acknowledged without one: find the delivery by what was stored last.
        var delivery = acknowledged ?? await LastDeliveryOfAsync(provider);
        var timeline = await Eventually.Is(
            async () => await platform.Dashboard.Operator.GetFromJsonAsync<JsonElement>($"/api/timeline/{delivery}", Cancel),
            answer => Kinds(answer).Contains("event") && Kinds(answer).Any(kind => kind.StartsWith("notification.", StringComparison.Ordinal) || !ToldByDefault.Contains(becomes)));
        Assert.Contains(timeline.GetProperty("entries").EnumerateArray(), entry => entry.GetProperty("type").GetString() == becomes);
        Assert.Contains("delivery", Kinds(timeline));
    }

    [Fact]
    public async Task Duplicates_of_a_payment_take_effect_once_in_every_service()
    {
        var rule = await AddRuleAsync("every payment of the duplicates test", "PaymentCompleted");
        var signed = Platform.Make("stripe", "payment_intent.succeeded", seed: 4711);

        var first = await platform.SendAsync("stripe", signed);
        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => platform.SendAsync("stripe", signed)));

        Assert.All(again, answer => Assert.Equal((first.DeliveryId, true), answer));
        await Eventually.Is(() => RunsAsync(rule), runs => runs.Count == 1 && runs[0].GetProperty("state").GetString() == "succeeded");
        var told = await Eventually.Is(() => SubscribedNotificationsAsync([first.DeliveryId!.Value]), counts => counts.Count == 1);
        Assert.Equal(1, told[first.DeliveryId!.Value]);
        var entries = (await platform.Dashboard.Operator.GetFromJsonAsync<JsonElement>($"/api/timeline/{first.DeliveryId}", Cancel)).GetProperty("entries").EnumerateArray().ToList();
        Assert.Single(entries, entry => entry.GetProperty("kind").GetString() == "event");
    }

    [Fact]
    public async Task One_trace_leads_from_the_post_to_every_effect()
    {
        await AddRuleAsync("trace", "PaymentFailed");
        var trace = Guid.NewGuid().ToString("N");

        await platform.SendAsync("stripe", Platform.Make("stripe", "payment_intent.payment_failed", seed: 99), $"00-{trace}-00f067aa0ba902b7-01");

        foreach (var service in new[] { "gateway", "dashboard", "notifications", "automation" })
        {
            await Eventually.IsTrue(() => Task.FromResult(platform.Spans.Has(service, trace)));
        }
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("dashboard")]
    [InlineData("notifications")]
    [InlineData("automation")]
    public async Task Killing_a_service_in_the_middle_loses_and_repeats_nothing(string victim)
    {
        const int Count = 120;
        var rule = await AddRuleAsync($"every payment while {victim} is killed", "PaymentCompleted");
        var service = victim switch { "gateway" => platform.Gateway, "dashboard" => platform.Dashboard, "notifications" => platform.Notifications, _ => platform.Automation };
        var before = await PaymentsAsync();
        var requests = Enumerable.Range(0, Count).Select(at => Platform.Make("stripe", "payment_intent.succeeded", seed: (victim.Length * 1_000_003) + at)).ToList();

        var deliveries = new List<Guid>();
        for (var at = 0; at < Count; at++)
        {
            if (at == Count / 3)
            {
                service.Kill();
                service.Start();
            }

            deliveries.Add(await SendToAnybodyAsync(requests[at]));
            if (at % 10 == 0)
            {
                await SendToAnybodyAsync(requests[at / 2]);
            }
        }

        await service.IsReady();
        await Eventually.Is(PaymentsAsync, after => after.Count - before.Count == Count);
        Assert.Equal(requests.Sum(Amount), (await PaymentsAsync()).Sum - before.Sum);
        await Eventually.Is(() => RunsAsync(rule), runs => runs.Count == Count && runs.All(run => run.GetProperty("state").GetString() == "succeeded"), LeaseOfTheDead);
        var told = await Eventually.Is(() => SubscribedNotificationsAsync(deliveries), counts => counts.Count == Count, LeaseOfTheDead);
        Assert.All(told.Values, count => Assert.Equal(1, count));
    }

    private async Task<Guid> SendToAnybodyAsync(SignedRequest request) => (await Eventually.Is(
        async () => (await platform.SendAsync("stripe", request)).DeliveryId,
        delivery => delivery is not null,
        TimeSpan.FromSeconds(90)))!.Value;

    private async Task<Guid> LastDeliveryOfAsync(string source)
    {
        var page = await platform.Gateway.Operator.GetFromJsonAsync<JsonElement>($"/api/deliveries?source={source}&limit=1", Cancel);
        return page.GetProperty("deliveries")[0].GetProperty("id").GetGuid();
    }

    private async Task<string> AddRuleAsync(string name, string eventType)
    {
        using var response = await platform.Automation.Operator.PostAsJsonAsync(
            "/api/rules", new { name, eventType, actions = new[] { new { type = "notify", channel = "in-app", title = "{{ name }}", body = "" } } }, Cancel);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer.GetProperty("id").GetString()!;
    }

    private Task<List<JsonElement>> RunsAsync(string rule) => AllAsync(platform.Automation, $"/api/runs?rule={rule}&limit=100");

    /// <summary>How many notifications subscriptions have made of each delivery; those that rules ask for are left out.</summary>
    private async Task<Dictionary<Guid, int>> SubscribedNotificationsAsync(IEnumerable<Guid> deliveries)
    {
        var wanted = deliveries.ToHashSet();
        return (await AllAsync(platform.Notifications, "/api/notifications?limit=100"))
            .Where(row => row.TryGetProperty("subscriptionId", out var subscription) && subscription.ValueKind is JsonValueKind.String && wanted.Contains(row.GetProperty("deliveryId").GetGuid()))
            .GroupBy(row => row.GetProperty("deliveryId").GetGuid())
            .ToDictionary(group => group.Key, group => group.Count());
    }

    private static async Task<List<JsonElement>> AllAsync(ServiceProcess service, string path)
    {
        var items = new List<JsonElement>();
        string? before = null;
        do
        {
            var page = await service.Operator.GetFromJsonAsync<JsonElement>(before is null ? path : $"{path}&before={Uri.EscapeDataString(before)}", Cancel);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            before = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (before is not null);
        return items;
    }

    private async Task<(long Count, long Sum)> PaymentsAsync()
    {
        var payments = await platform.Dashboard.Operator.GetFromJsonAsync<JsonElement>("/api/payments?days=30", Cancel);
        var days = payments.GetProperty("days").EnumerateArray().ToList();
        return (days.Sum(day => day.GetProperty("completedCount").GetInt64()), days.Sum(day => day.GetProperty("completed").GetInt64()));
    }

    private static long Amount(SignedRequest request) =>
        JsonDocument.Parse(request.Body).RootElement.GetProperty("data").GetProperty("object").GetProperty("amount_received").GetInt64();

    private static List<string> Kinds(JsonElement timeline) => [.. timeline.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()!)];
}
