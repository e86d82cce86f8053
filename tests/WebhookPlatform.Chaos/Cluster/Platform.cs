using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using WebhookPlatform.Chaos.Load;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Chaos.Cluster;

/// <summary>Two replicas of every service on servers of their own, with a supervisor that starts again what has ended.</summary>
public sealed class Platform : IAsyncDisposable
{
    private const string OperatorKey = "operator-key-of-the-chaos";
    private const int ReplicasOfEach = 2;
    private static readonly string[] Services = ["gateway", "dashboard", "notifications", "automation"];
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Replica> _replicas = [];
    private Task _supervising = Task.CompletedTask;

    private Platform(Servers servers) => Servers = servers;

    public Servers Servers { get; }

    public IReadOnlyList<Replica> Replicas => _replicas;

    public IReadOnlyList<Replica> Gateways => [.. _replicas.Where(replica => replica.Service == "gateway")];

    /// <summary>The ids of what matches <see cref="Matching"/> in the services.</summary>
    public Matching Matching { get; private set; } = null!;

    /// <param name="folder">For the servers' data and all logs.</param>
    /// <param name="receiver">Where the rule's HTTP action calls.</param>
    public static async Task<Platform> StartAsync(string folder, Uri receiver, CancellationToken cancellationToken)
    {
        var platform = new Platform(await Servers.StartAsync(Path.Combine(folder, "servers")));
        try
        {
            platform.Launch(folder);
            await platform.AreReadyAsync(TimeSpan.FromMinutes(5), cancellationToken);
            platform.Matching = await platform.SeedAsync(receiver, cancellationToken);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of a service's replicas.</summary>
    /// <param name="name">E.g. <c>dashboard-2</c>.</param>
    public Replica Find(string name) => _replicas.Single(replica => replica.Name == name);

    /// <summary>Ends when all replicas say they are ready.</summary>
    public Task AreReadyAsync(TimeSpan deadline, CancellationToken cancellationToken) => Eventually.IsTrue(
        async () => (await Task.WhenAll(_replicas.Select(replica => replica.IsReadyAsync(cancellationToken)))).All(ready => ready),
        deadline);

    /// <summary>GET with the operator key from whichever replica of a service answers.</summary>
    public async Task<JsonElement> GetAsync(string service, string path, CancellationToken cancellationToken) => await Eventually.Is(
        async () => await _replicas.First(replica => replica.Service == service && replica.Process.Runs).Process.Operator.GetFromJsonAsync<JsonElement>(path, cancellationToken),
        answer => answer.ValueKind is not JsonValueKind.Undefined);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var replica in _replicas)
        {
            await replica.Process.DisposeAsync();
        }

        await Servers.DisposeAsync();
        _stopping.Dispose();
    }

    private void Launch(string folder)
    {
        var logs = Directory.CreateDirectory(Path.Combine(folder, "logs")).FullName;
        var ports = Services.ToDictionary(service => service, _ => Enumerable.Range(0, ReplicasOfEach).Select(_ => Ports.FreeForService()).ToArray(), StringComparer.Ordinal);
        foreach (var service in Services)
        {
            foreach (var (at, port) in ports[service].Index())
            {
                var environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["ConnectionStrings__Database"] = Servers.Database(service),
                    ["ConnectionStrings__RabbitMq"] = Servers.Broker.ToString(),
                    ["Operator__ApiKey"] = OperatorKey,
                    ["Outbound__AllowPrivateNetworks"] = "true",
                    ["Notifications__MailFolder"] = Path.Combine(folder, "mail"),
                    ["Gateway__Url"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports["gateway"][at]}"),
                    ["Sources__stripe__Provider"] = "stripe",
                    ["Sources__stripe__Secrets__0"] = Webhook.Secret,
                    ["Serilog__MinimumLevel__Default"] = "Warning",
                };
                var process = new ServiceProcess(service, port, OperatorKey, environment) { LogFolder = logs };
                _replicas.Add(new Replica(service, at + 1, process));
                process.Start();
            }
        }

        _supervising = SuperviseAsync();
    }

    private async Task SuperviseAsync()
    {
        using var timer = new PeriodicTimer(Glance);
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            _replicas.ForEach(replica => replica.Supervise());
        }
    }

    // What a newcomer is told by default would notify of every payment: here it is exactly what the oracle expects.
    private async Task<Matching> SeedAsync(Uri receiver, CancellationToken cancellationToken)
    {
        var (notifications, automation) = (Find("notifications-1").Process.Operator, Find("automation-2").Process.Operator);
        foreach (var known in (await notifications.GetFromJsonAsync<JsonElement>("/api/subscriptions", cancellationToken)).EnumerateArray())
        {
            (await notifications.DeleteAsync(new Uri($"/api/subscriptions/{known.GetProperty("id").GetString()}", UriKind.Relative), cancellationToken)).Dispose();
        }

        foreach (var known in (await automation.GetFromJsonAsync<JsonElement>("/api/rules", cancellationToken)).GetProperty("items").EnumerateArray())
        {
            (await automation.DeleteAsync(new Uri($"/api/rules/{known.GetProperty("id").GetString()}", UriKind.Relative), cancellationToken)).Dispose();
        }

        object[] large = [new { field = "amount.minorUnits", @operator = "atLeast", value = Webhook.LargeFrom }];
        return new Matching(
            await CreateAsync(notifications, "/api/subscriptions", new { name = "Large payments", eventType = "PaymentCompleted", channel = "in-app", conditions = large, titleTemplate = "{{ event.paymentId }}" }, cancellationToken),
            await CreateAsync(notifications, "/api/subscriptions", new { name = "Large failures", eventType = "PaymentFailed", channel = "email", target = "ops@example.com", conditions = large, titleTemplate = "{{ event.paymentId }}" }, cancellationToken),
            await CreateAsync(automation, "/api/rules", new { name = "Large payments", eventType = "PaymentCompleted", conditions = large, actions = new[] { new { type = "http", url = receiver.ToString() } } }, cancellationToken),
            await CreateAsync(automation, "/api/rules", new { name = "Large refunds", eventType = "PaymentRefunded", conditions = large, actions = new[] { new { type = "notify", channel = "in-app", title = "{{ event.paymentId }}", body = "" } } }, cancellationToken));
    }

    private static async Task<Guid> CreateAsync(HttpClient service, string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await service.PostAsJsonAsync(path, body, cancellationToken);
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        return answer.IsSuccessStatusCode ? created.GetProperty("id").GetGuid() : throw new InvalidOperationException($"{path}: {created}");
    }
}

/// <summary>What the services were told to do about large payments, failures and refunds.</summary>
/// <param name="PaymentSubscription">In-app notification of a completed payment.</param>
/// <param name="FailureSubscription">E-mail about a failed one.</param>
/// <param name="PaymentRule">HTTP request for a completed payment.</param>
/// <param name="RefundRule">Notification for a refund, by way of the automation service.</param>
public sealed record Matching(Guid PaymentSubscription, Guid FailureSubscription, Guid PaymentRule, Guid RefundRule);
