using System.Net.Http.Json;
using System.Text.Json;
using WebhookPlatform.Benchmarks.Contenders;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Reports;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Benchmarks;

/// <summary>What the three consumers have committed, read from their tables.</summary>
/// <param name="Projected">Payments the dashboard has counted.</param>
/// <param name="Considered">Webhooks whose both events the notifications service has claimed.</param>
/// <param name="Decided">The same of automation.</param>
/// <param name="Notifications">Notifications planned.</param>
/// <param name="Runs">Runs of the rule.</param>
internal sealed record Effects(long Projected, long Considered, long Decided, long Notifications, long Runs)
{
    private const int MessagesOfWebhook = 2;
    private const int WarmUpEvents = 40_000;
    private const int WarmUpConnections = 64;
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(5);

    /// <summary>Webhooks that have had all their effects in every service.</summary>
    public long Done => Math.Min(Projected, Math.Min(Considered, Decided));

    public static async Task<Effects> ReadAsync(RunningPlatform platform)
    {
        // What belongs together is read in one statement, so that it is of one moment.
        var projected = platform.CountAsync("dashboard", "SELECT coalesce(sum(count), 0)::bigint FROM event_minutes WHERE kind = 'typed'");
        var told = platform.CountsAsync("notifications", "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM notifications)");
        var run = platform.CountsAsync("automation", "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM runs)");
        var ((considered, notifications), (decided, runs)) = (await told, await run);
        return new Effects(await projected, considered / MessagesOfWebhook, decided / MessagesOfWebhook, notifications, runs);
    }

    /// <summary>Waits until that many webhooks are done.</summary>
    /// <exception cref="TimeoutException">They are not in time.</exception>
    public static Task<Effects> DoneAsync(RunningPlatform platform, long webhooks, TimeSpan deadline) =>
        Eventually.Is(() => ReadAsync(platform), effects => effects.Done >= webhooks, deadline);

    /// <summary>Sends enough through the whole platform for its code to be compiled as it will run for weeks, and waits until all of it is done.</summary>
    public static async Task<Effects> WarmUpAsync(RunningPlatform platform, CancellationToken cancellationToken)
    {
        var result = await LoadGenerator.RunAsync(platform.Gateway.Address, Workbench.Requests(WarmUpEvents), new LoadPlan(WarmUpConnections, LongestWarmUp), cancellationToken: cancellationToken);
        var done = await DoneAsync(platform, result.AcceptedInAll, LongestWarmUp);
        Workbench.Say($"warm: {Words.Number(done.Done)} events done");
        return done;
    }

    /// <summary>Makes one event in ten cause a notification and a run, and nothing else cause anything.</summary>
    /// <param name="receiver">Takes the calls of the rule's action.</param>
    public static async Task SeedAsync(RunningPlatform platform, Contender receiver, CancellationToken cancellationToken)
    {
        var notifications = platform.Service("notifications").Operator;
        var defaults = await notifications.GetFromJsonAsync<JsonElement>(new Uri("/api/subscriptions", UriKind.Relative), cancellationToken);
        foreach (var subscription in defaults.EnumerateArray())
        {
            using var deleted = await notifications.DeleteAsync(new Uri($"/api/subscriptions/{subscription.GetProperty("id")}", UriKind.Relative), cancellationToken);
            deleted.EnsureSuccessStatusCode();
        }

        var large = new[] { new { field = "amount.minorUnits", @operator = "atLeast", value = StripeRequests.LargeAmount } };
        await PostAsync(notifications, "/api/subscriptions", new
        {
            name = "Large payments",
            eventType = "PaymentCompleted",
            channel = "in-app",
            titleTemplate = "Payment of {{ event.amount | money }} completed",
            bodyTemplate = "{{ event.metadata.provider }}: {{ event.paymentId }}",
            conditions = large,
        }, cancellationToken);
        await PostAsync(platform.Service("automation").Operator, "/api/rules", new
        {
            name = "Large payments",
            eventType = "PaymentCompleted",
            conditions = large,
            actions = new[] { new { type = "http", url = new Uri(receiver.Address, "/hook").ToString() } },
        }, cancellationToken);
    }

    public static Effects operator -(Effects later, Effects earlier) => new(
        later.Projected - earlier.Projected,
        later.Considered - earlier.Considered,
        later.Decided - earlier.Decided,
        later.Notifications - earlier.Notifications,
        later.Runs - earlier.Runs);

    private static async Task PostAsync(HttpClient client, string path, object body, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
