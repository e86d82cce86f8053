using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using WebhookPlatform.Benchmarks.Contenders;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Benchmarks;

/// <summary>The gateway alone or with the three consumers, as processes on databases and a virtual host of their own.</summary>
internal sealed class RunningPlatform : IAsyncDisposable
{
    private static readonly string[] Consumers = ["dashboard", "notifications", "automation"];
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, ServiceProcess> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NpgsqlDataSource> _databases = new(StringComparer.Ordinal);
    private readonly Workbench _bench;
    private Uri _broker = null!;

    private RunningPlatform(Workbench bench) => _bench = bench;

    /// <summary>The gateway as a taker of webhooks.</summary>
    public Contender Gateway { get; private set; } = null!;

    /// <summary>The services' processes.</summary>
    public IReadOnlyList<ProcessFamily> Families => [.. _services.Select(service => new ProcessFamily(service.Key, service.Value.Id))];

    /// <summary>Starts the gateway without consumers: its relay publishes into queues nobody empties.</summary>
    public static Task<RunningPlatform> StartGatewayAsync(Workbench bench, CancellationToken cancellationToken) => StartAsync(bench, [], cancellationToken);

    /// <summary>Starts everything, consumers standing back behind the gateway as <c>./run.sh</c> has them.</summary>
    public static Task<RunningPlatform> StartAllAsync(Workbench bench, CancellationToken cancellationToken) => StartAsync(bench, Consumers, cancellationToken);

    public ServiceProcess Service(string name) => _services[name];

    public NpgsqlDataSource Database(string service) => _databases[service];

    /// <summary>Npgsql connection string of a service's database.</summary>
    public string Connection(string service) => _connections[service];

    /// <summary>Posts in a closed loop and waits until the relay has published what was accepted.</summary>
    public async Task<LoadResult> PressAsync(int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var result = await LoadGenerator.RunAsync(Gateway.Address, Workbench.RequestsFor(Gateway, duration), new LoadPlan(connections, duration), cancellationToken: cancellationToken);
        await RelayedAsync();
        return result;
    }

    /// <summary>Ends when the gateway's outbox is empty; queues that nobody empties are then purged.</summary>
    public async Task RelayedAsync()
    {
        await Eventually.IsTrue(async () => !await ExistsAsync("gateway", "SELECT EXISTS (SELECT FROM outbox WHERE error IS NULL)"), DrainDeadline);
        if (_services.Count == 1)
        {
            foreach (var queue in Consumers)
            {
                using var purged = await _bench.BrokerApi.DeleteAsync(new Uri($"api/queues/{Uri.EscapeDataString(_broker.AbsolutePath[1..])}/{queue}/contents", UriKind.Relative));
            }
        }
    }

    public async Task<long> CountAsync(string service, string sql)
    {
        await using var command = Database(service).CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<(long First, long Second)> CountsAsync(string service, string sql)
    {
        await using var command = Database(service).CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        await rows.ReadAsync();
        return (rows.GetInt64(0), rows.GetInt64(1));
    }

    /// <summary>Messages in the platform's queues, delivered and not yet acknowledged ones included. A message is a bundle of up to 512 events.</summary>
    public async Task<long> BundlesAsync()
    {
        var queues = await _bench.BrokerApi.GetFromJsonAsync<JsonElement>(new Uri($"api/queues/{Uri.EscapeDataString(_broker.AbsolutePath[1..])}?disable_stats=true&enable_queue_totals=true", UriKind.Relative));
        return queues.EnumerateArray().Sum(queue => queue.TryGetProperty("messages", out var messages) ? messages.GetInt64() : 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }

        foreach (var database in _databases.Values)
        {
            await database.DisposeAsync();
        }
    }

    private async Task<bool> ExistsAsync(string service, string sql)
    {
        await using var command = Database(service).CreateCommand(sql);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<RunningPlatform> StartAsync(Workbench bench, string[] consumers, CancellationToken cancellationToken)
    {
        var platform = new RunningPlatform(bench);
        try
        {
            platform._broker = await bench.CreateBrokerAsync("bench");
            foreach (var name in new[] { "gateway" }.Concat(consumers))
            {
                await platform.StartAsync(name);
            }

            await Task.WhenAll(platform._services.Values.Select(service => service.IsReady())).WaitAsync(cancellationToken);
            var gateway = platform._services["gateway"];
            platform.Gateway = new Contender("gateway", gateway.Address, new ProcessFamily("gateway", gateway.Id), Remembers: true);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    private async Task StartAsync(string name)
    {
        _connections[name] = await _bench.CreateDatabaseAsync(name);
        _databases[name] = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_connections[name]) { MaxPoolSize = 4, ApplicationName = "benchmark" });
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Database__MigrateAtStart"] = "true",
            ["ConnectionStrings__Database"] = _connections[name],
            ["ConnectionStrings__RabbitMq"] = _broker.ToString(),
            ["Operator__ApiKey"] = Workbench.OperatorKey,
            ["Outbound__AllowPrivateNetworks"] = "true",
            ["Notifications__MailFolder"] = Path.Combine(Workbench.Folder, "mail"),
        };
        if (name is "gateway")
        {
            environment[$"Sources__{StripeRequests.Source}__Provider"] = "stripe";
            environment[$"Sources__{StripeRequests.Source}__Secrets__0"] = Workbench.StripeSecret;
        }
        else
        {
            environment["Gateway__Url"] = Service("gateway").Address.ToString();
        }

        _services[name] = new ServiceProcess(name, _bench.NextPort(), Workbench.OperatorKey, environment, niceness: name is "gateway" ? 0 : 10);
        _services[name].Start();
    }
}
