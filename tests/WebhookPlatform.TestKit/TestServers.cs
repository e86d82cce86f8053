using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace WebhookPlatform.TestKit;

/// <summary>
/// The real PostgreSQL and RabbitMQ that tests use: those the environment names (<c>WEBHOOKS_TEST_POSTGRES</c>, <c>WEBHOOKS_TEST_RABBITMQ</c>,
/// <c>WEBHOOKS_TEST_RABBITMQ_MANAGEMENT</c>; <c>./test.sh</c> sets them), else containers. A missing server is a failure, never a skip.
/// Use as an assembly fixture; every test class takes databases and a virtual host of its own.
/// </summary>
public sealed class TestServers : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private readonly List<string> _databases = [];
    private readonly List<string> _hosts = [];
    private PostgreSqlContainer? _postgres;
    private RabbitMqContainer? _rabbitMq;
    private string? _postgresConnection;
    private Uri? _broker;
    private HttpClient? _management;

    /// <summary>A new, empty database.</summary>
    /// <returns>Its Npgsql connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name = "test")
    {
        await StartAsync();
        var database = $"{name}_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync();
#pragma warning disable CA2100 // the name is made above
        await using var create = new NpgsqlCommand($"CREATE DATABASE \"{database}\"", connection);
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync();
        lock (_databases)
        {
            _databases.Add(database);
        }

        return Connection(database);
    }

    /// <summary>A new, empty virtual host.</summary>
    /// <returns>Its AMQP URI, user and password included.</returns>
    public async Task<Uri> CreateBrokerAsync(string name = "test")
    {
        await StartAsync();
        var host = $"{name}-{Guid.NewGuid():N}";
        using var created = await _management!.PutAsync(new Uri($"api/vhosts/{host}", UriKind.Relative), null);
        created.EnsureSuccessStatusCode();
        lock (_hosts)
        {
            _hosts.Add(host);
        }

        return new UriBuilder(_broker!) { Path = "/" + host }.Uri;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            using var deleted = await _management!.DeleteAsync(new Uri($"api/vhosts/{host}", UriKind.Relative));
        }

        if (_postgresConnection is not null && _postgres is null)
        {
            await DropDatabasesAsync();
        }

        await (_postgres?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_rabbitMq?.DisposeAsync() ?? ValueTask.CompletedTask);
        _management?.Dispose();
        _starting.Dispose();
    }

    private async Task DropDatabasesAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await using var connection = new NpgsqlConnection(Connection("postgres"));
        await connection.OpenAsync();
        foreach (var database in _databases)
        {
#pragma warning disable CA2100 // the name is ours
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)", connection);
#pragma warning restore CA2100

            // An autovacuum worker in the database is the superuser's, whom the role may not send away: it ends by itself.
            await Eventually.IsTrue(async () => await drop.ExecuteNonQueryAsync() is not 0, TimeSpan.FromMinutes(1));
        }
    }

    private string Connection(string database) => new NpgsqlConnectionStringBuilder(_postgresConnection) { Database = database, MaxPoolSize = 20 }.ConnectionString;

    private async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_management is not null)
            {
                return;
            }

            var (postgres, broker, management) = (Variable("WEBHOOKS_TEST_POSTGRES"), Variable("WEBHOOKS_TEST_RABBITMQ"), Variable("WEBHOOKS_TEST_RABBITMQ_MANAGEMENT"));
            if (postgres is null || broker is null)
            {
                (postgres, broker, management) = await StartContainersAsync();
            }

            _postgresConnection = postgres;
            _broker = new Uri(broker);
            _management = ManagementClient(management ?? throw new InvalidOperationException(
                "WEBHOOKS_TEST_RABBITMQ_MANAGEMENT is not set: tests make virtual hosts through RabbitMQ's management API, e.g. http://guest:guest@localhost:15672."));
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<(string Postgres, string Broker, string Management)> StartContainersAsync()
    {
        try
        {
            _postgres = new PostgreSqlBuilder("postgres:17").WithCommand("-c", "max_connections=200").Build();
            _rabbitMq = new RabbitMqBuilder("rabbitmq:4-management").WithPortBinding(15672, assignRandomHostPort: true).Build();
            await Task.WhenAll(_postgres.StartAsync(), _rabbitMq.StartAsync());
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw new InvalidOperationException("Tests need PostgreSQL and RabbitMQ, and no Docker engine answers. Run ./test.sh, which starts private ones.", failure);
        }

        var broker = new Uri(_rabbitMq.GetConnectionString());
        return (_postgres.GetConnectionString(), broker.ToString(), $"http://{broker.UserInfo}@{broker.Host}:{_rabbitMq.GetMappedPublicPort(15672)}");
    }

    private static HttpClient ManagementClient(string uri)
    {
        var address = new Uri(uri);
        var client = new HttpClient { BaseAddress = new UriBuilder(address) { UserName = "", Password = "", Path = "/" }.Uri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        return client;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
