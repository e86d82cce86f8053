using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using WebhookPlatform.Benchmarks.Contenders;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Benchmarks;

/// <summary>What measures share: the servers, the secrets, the settings, and what one measure found that another needs.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    public const string OperatorKey = "operator-key-of-the-benchmark";
    public const string StripeSecret = "whsec_benchmark_9f2c5a7e41d84b06";

    private readonly TestServers _servers = new();
    private readonly string _serversFolder = Environment.GetEnvironmentVariable("SERVERS_DIR") ?? throw new InvalidOperationException("SERVERS_DIR is not set. Run ./bench.sh.");
    private int? _nextPort = int.TryParse(Environment.GetEnvironmentVariable("BENCH_PORT"), System.Globalization.CultureInfo.InvariantCulture, out var port) ? port : null;
    private double? _capacity;

    public Workbench(BenchmarkOptions options)
    {
        Options = options;
        var broker = new Uri(Environment.GetEnvironmentVariable("WEBHOOKS_TEST_RABBITMQ_MANAGEMENT") ?? throw new InvalidOperationException("WEBHOOKS_TEST_RABBITMQ_MANAGEMENT is not set. Run ./bench.sh."));
        BrokerApi = new HttpClient { BaseAddress = new UriBuilder(broker) { UserName = "", Password = "", Path = "/" }.Uri };
        BrokerApi.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.UserInfo))));
        PostgreSql = Server("PostgreSQL", "database");
        RabbitMq = Server("RabbitMQ", "broker");
    }

    public BenchmarkOptions Options { get; }

    /// <summary>RabbitMQ's management API.</summary>
    public HttpClient BrokerApi { get; }

    public ProcessFamily PostgreSql { get; }

    public ProcessFamily RabbitMq { get; }

    /// <summary>Below it lies what a run leaves behind and git ignores.</summary>
    public static string Folder => Path.Combine(SourceTree.Root, ".bench");

    public int NextPort() => _nextPort is { } next ? (_nextPort = next + 1).Value - 1 : ServiceProcess.FreePort();

    /// <summary>A new, empty database with a pool as large as a service's.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        var connection = new NpgsqlConnectionStringBuilder(await _servers.CreateDatabaseAsync(name));
        connection.Remove("Maximum Pool Size");
        return connection.ConnectionString;
    }

    public Task<Uri> CreateBrokerAsync(string name) => _servers.CreateBrokerAsync(name);

    /// <summary>Signs that many requests now.</summary>
    public static RequestStream Requests(int count) => RequestStream.Of(NewRequests(), count);

    /// <summary>Requests for a closed loop of that length: unique ones for who remembers, else the same ones again and again.</summary>
    public static RequestStream RequestsFor(Contender contender, TimeSpan duration) =>
        contender.Remembers ? RequestStream.Of(NewRequests(), (int)(duration.TotalSeconds * MostPerSecond)) : RequestStream.Around(NewRequests(), 50_000);

    /// <summary>Requests that are signed as they are sent.</summary>
    public static RequestStream EndlessRequests() => RequestStream.Endless(NewRequests(), TimeProvider.System);

    public Task<ContenderProcess> StartBareAsync(CancellationToken cancellationToken) =>
        ContenderProcess.StartOwnAsync(BareServer.Name, NextPort(), remembers: false, Settings(), cancellationToken);

    public async Task<ContenderProcess> StartPerRequestAsync(CancellationToken cancellationToken)
    {
        var settings = Settings();
        settings[ContenderSettings.Database] = await CreateDatabaseAsync("per_request");
        return await ContenderProcess.StartOwnAsync(PerRequestServer.Name, NextPort(), remembers: true, settings, cancellationToken);
    }

    public Task<(ContenderProcess? Process, string? Absence)> TryStartExpressAsync(CancellationToken cancellationToken) =>
        Express.TryStartAsync(Path.Combine(Folder, "express"), NextPort(), cancellationToken);

    /// <summary>Remembers what the gateway accepted per second in a closed loop.</summary>
    public void SetCapacity(double perSecond) => _capacity = perSecond;

    /// <summary>What the gateway accepts per second in a closed loop: as measured before in this run, else measured now.</summary>
    public async Task<double> CapacityAsync(RunningPlatform platform, CancellationToken cancellationToken)
    {
        if (_capacity is null)
        {
            var rounds = new List<double>();
            for (var round = 0; round < 3; round++)
            {
                var result = await platform.PressAsync(Options.Connections, TimeSpan.FromSeconds(Math.Min(5, Options.Seconds)), cancellationToken);
                rounds.Add(result.AcceptedPerSecond);
            }

            _capacity = Reports.Statistics.Median(rounds);
        }

        return _capacity.Value;
    }

    public static void Say(string text) => Console.WriteLine($"      {text}");

    public async ValueTask DisposeAsync()
    {
        BrokerApi.Dispose();
        await _servers.DisposeAsync();
    }

    // More than any receiver that remembers takes on a machine like those this runs on; a round ends early when requests do.
    private const int MostPerSecond = 25_000;

    private static StripeRequests NewRequests() => new(StripeSecret, TimeProvider.System.GetUtcNow());

    private static Dictionary<string, string> Settings() => new(StringComparer.Ordinal) { [ContenderSettings.Secret] = StripeSecret };

    private ProcessFamily Server(string name, string file) =>
        new(name, int.Parse(File.ReadAllText(Path.Combine(_serversFolder, $"{file}.pid")), System.Globalization.CultureInfo.InvariantCulture));
}
