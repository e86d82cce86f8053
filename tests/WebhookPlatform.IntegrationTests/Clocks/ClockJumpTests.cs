using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebhookPlatform.Automation;
using WebhookPlatform.Dashboard;
using WebhookPlatform.Gateway;
using WebhookPlatform.IntegrationTests.Gateway;
using WebhookPlatform.Notifications;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Clocks;

/// <summary>All services on clocks that jump by hours and days, forwards and backwards, while webhooks and their duplicates come in.</summary>
public sealed class ClockJumpTests(TestServers servers)
{
    private const int Payments = 40;
    private const long Amount = 4200;
    private static readonly byte[] Secret = "clock-jump-secret"u8.ToArray();
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static readonly TimeSpan[] Jumps =
        [TimeSpan.Zero, TimeSpan.FromHours(36), TimeSpan.FromHours(-3), TimeSpan.FromDays(10), TimeSpan.FromDays(-2), TimeSpan.FromMinutes(50), TimeSpan.Zero];

    private readonly JumpingClock _clock = new();

    [Fact]
    public async Task Nothing_is_lost_or_done_twice_while_the_clock_jumps()
    {
        var broker = await servers.CreateBrokerAsync("clocks");
        await using var receiver = await WebReceiver.StartAsync();
        var (gatewayDatabase, gateway) = await StartAsync("gateway", broker, builder => builder.AddGateway(), app => app.MapGateway());
        await using var gatewayRuns = gateway;
        var (dashboardDatabase, dashboard) = await StartAsync("dashboard", broker, builder => builder.AddDashboard(), app => app.MapDashboard());
        await using var dashboardRuns = dashboard;
        var (notificationsDatabase, notifications) = await StartAsync("notifications", broker, builder => builder.AddNotifications(), app => app.MapNotifications());
        await using var notificationsRun = notifications;
        var (automationDatabase, automation) = await StartAsync("automation", broker, builder => builder.AddAutomation(), app => app.MapAutomation());
        await using var automationRuns = automation;
        await CreateAsync(notifications, "/api/subscriptions", new { name = "Every payment", eventType = "PaymentCompleted", channel = "in-app", titleTemplate = "{{ event.paymentId }}" });
        await CreateAsync(automation, "/api/rules", new { name = "Every payment", eventType = "PaymentCompleted", actions = new[] { new { type = "http", url = receiver.Address } } });

        var sent = 0;
        foreach (var jump in Jumps)
        {
            _clock.Set(jump);
            var fresh = Enumerable.Range(sent, Payments).ToList();
            Assert.All(await Task.WhenAll(fresh.Select(number => PostAsync(gateway, number))), answer => Assert.False(answer.Duplicate));
            sent += Payments;

            // What came under another clock is still known under this one.
            Assert.All(await Task.WhenAll(Enumerable.Range(0, sent).Where(number => number % 5 == 0).Select(number => PostAsync(gateway, number))), answer => Assert.True(answer.Duplicate));
        }

        Assert.Equal(sent, await CountAsync(gatewayDatabase, "SELECT count(DISTINCT event_key) FROM deliveries WHERE status = 'Accepted'"));
        Assert.Equal(sent, await CountAsync(gatewayDatabase, "SELECT count(*) FROM deliveries"));
        await BecomesAsync(sent, () => CountAsync(dashboardDatabase, "SELECT count(*) FROM payments WHERE completed AND amount = 4200"));
        await BecomesAsync(sent, () => CountAsync(automationDatabase, "SELECT count(*) FROM runs WHERE state = 'Succeeded'"));
        await BecomesAsync(sent, () => CountAsync(notificationsDatabase, "SELECT count(*) FROM notifications n JOIN subscriptions s ON s.id = n.subscription_id WHERE s.name = 'Every payment' AND n.state = 'Succeeded'"));
        Assert.Equal(sent * Amount, await CountAsync(dashboardDatabase, "SELECT sum(completed)::bigint FROM payment_days"));
        Assert.Equal(sent, await CountAsync(automationDatabase, "SELECT count(*) FROM runs"));
        Assert.Equal(sent, receiver.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct(StringComparer.Ordinal).Count());
        foreach (var database in new[] { dashboardDatabase, notificationsDatabase, automationDatabase })
        {
            Assert.Equal(0, await CountAsync(database, "SELECT count(*) FROM dead_letters"));
        }
    }

    private async Task<(string Database, RunningService Service)> StartAsync(string name, Uri broker, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        var database = await servers.CreateDatabaseAsync(name);
        var service = await RunningService.StartAsync(
            name,
            database,
            broker,
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(_clock);
                add(builder);
            },
            map,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Sources:razorpay:Provider"] = "razorpay",
                ["Sources:razorpay:Secrets:0"] = Encoding.UTF8.GetString(Secret),
                ["Outbound:AllowPrivateNetworks"] = "true",
            });
        return (database, service);
    }

    // Razorpay's signature has no time in it, as a sender's clock is not what is tried here.
    private static async Task<(Guid DeliveryId, bool Duplicate)> PostAsync(RunningService gateway, int number)
    {
        var body = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"entity":"event","event":"payment.captured","contains":["payment"],"payload":{"payment":{"entity":{"id":"pay_{{{number}}}","entity":"payment","amount":{{{Amount}}},"currency":"INR","status":"captured","captured":true,"created_at":1767225600} } },"created_at":1767225600}"""));
        using var response = await gateway.PostAsync("razorpay", body,
        [
            new("x-razorpay-event-id", string.Create(CultureInfo.InvariantCulture, $"jump_{number}")),
            new("X-Razorpay-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Secret, body))),
        ]);
        return await response.AcknowledgementAsync();
    }

    private static async Task CreateAsync(RunningService service, string path, object body)
    {
        using var answer = await service.Operator.PostAsJsonAsync(path, body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task BecomesAsync(long expected, Func<Task<long>> count) =>
        Assert.Equal(expected, await Eventually.Is(count, found => found >= expected));

    private static async Task<long> CountAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
#pragma warning disable CA2100 // the test's own
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(Cancel), CultureInfo.InvariantCulture);
    }
}
