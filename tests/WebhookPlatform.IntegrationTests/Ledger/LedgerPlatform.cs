using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebhookPlatform.Contracts;
using WebhookPlatform.Dashboard;
using WebhookPlatform.Dashboard.Ledger;
using WebhookPlatform.Gateway;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.IntegrationTests.Gateway;
using WebhookPlatform.Notifications;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Ledger;

/// <summary>A gateway, a dashboard and a notifications service on one broker; automation is never run here, and the gateway knows that.</summary>
public sealed class LedgerPlatform(TestServers servers) : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private Uri? _broker;

    public RunningService Gateway { get; private set; } = null!;

    public RunningService Dashboard { get; private set; } = null!;

    public RunningService? Notifications { get; private set; }

    public string GatewayDatabase { get; private set; } = "";

    public string DashboardDatabase { get; private set; } = "";

    public string NotificationsDatabase { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _broker = await servers.CreateBrokerAsync("ledger");
        GatewayDatabase = await servers.CreateDatabaseAsync("gateway");
        DashboardDatabase = await servers.CreateDatabaseAsync("dashboard");
        NotificationsDatabase = await servers.CreateDatabaseAsync("notifications");
        Gateway = await RunningService.StartAsync("gateway", GatewayDatabase, _broker, builder => builder.AddGateway(), app => app.MapGateway(), new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Sources:stripe:Provider"] = "stripe",
            ["Sources:stripe:Secrets:0"] = GatewayFixture.StripeSecret,
            ["Outbound:AllowedNetworks:0"] = "127.0.0.0/8",
            ["Messaging:Consumers:0"] = "dashboard",
            ["Messaging:Consumers:1"] = "notifications",
        });
        Dashboard = await RunningService.StartAsync("dashboard", DashboardDatabase, _broker, builder => builder.AddDashboard(), app => app.MapDashboard());
        await StartNotificationsAsync();
    }

    public async Task StartNotificationsAsync() =>
        Notifications = await RunningService.StartAsync("notifications", NotificationsDatabase, _broker!, builder => builder.AddNotifications(), app => app.MapNotifications());

    public async Task StopNotificationsAsync()
    {
        await Notifications!.DisposeAsync();
        Notifications = null;
    }

    /// <summary>Payments, accepted.</summary>
    public Task<(Guid DeliveryId, bool Duplicate)[]> SendAsync(string name, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(async at => await (await Gateway.PostStripeAsync(Sending.StripeEvent($"evt_{name}_{at}"))).AcknowledgementAsync()));

    /// <summary>The ids of the two messages such a payment gives.</summary>
    public static (Guid Webhook, Guid Payment) IdsOf(string name, int at) =>
        (DeterministicId.From("webhook", "stripe", $"evt_{name}_{at}"), DeterministicId.From("event", "stripe", "PaymentCompleted", $"evt_{name}_{at}", "0"));

    /// <summary>Has the gateway audit as if it were that much later.</summary>
    public Task LookAsync(TimeSpan later) =>
        Eventually.IsTrue(async () => await Gateway.Services.GetRequiredService<LedgerAudit>().LookAsync(TimeProvider.System.GetUtcNow() + later, TestContext.Current.CancellationToken) > 0);

    public async Task<LedgerReport> ReportAsync() =>
        (await Dashboard.Operator.GetFromJsonAsync<LedgerReport>(new Uri("/api/ledger", UriKind.Relative), Web, TestContext.Current.CancellationToken))!;

    public static async Task<int> ExecuteAsync(string database, string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
#pragma warning disable CA2100 // the test's own
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (Notifications?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Dashboard.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}
