using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Automation;

/// <summary>The operator API as a client sees it: JSON over HTTP.</summary>
internal static class AutomationApi
{
    /// <summary>Creates a rule for all payments that does <paramref name="actions"/>.</summary>
    public static async Task<JsonNode> CreateRuleAsync(this AutomationHost host, params object[] actions)
    {
        using var response = await host.Operator.PostAsJsonAsync("/api/rules", new { name = "test", eventType = "PaymentCompleted", actions });
        Assert.Equal((HttpStatusCode.Created, ""), (response.StatusCode, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync()));
        return (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync()))!;
    }

    public static async Task<JsonElement> GetAsync(this AutomationHost host, string path) => await host.Operator.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Waits until the only run of a rule is in <paramref name="state"/>, and gives all about it.</summary>
    public static async Task<JsonElement> RunInStateAsync(this AutomationHost host, JsonNode rule, string state)
    {
        var runs = await Eventually.Is(
            () => host.GetAsync($"/api/runs?rule={rule["id"]}"),
            list => list.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("state").GetString()).SequenceEqual([state], StringComparer.Ordinal));
        return await host.GetAsync($"/api/runs/{runs.GetProperty("items")[0].GetProperty("id").GetString()}");
    }

    public static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(this AutomationHost host, HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await host.Operator.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }
}
