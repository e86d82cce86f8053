using System.Net;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RabbitMQ.Client;
using WebhookPlatform.Gateway;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.IntegrationTests.Messaging;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>A gateway on a database and a virtual host of its own, both behind a line that can be cut.</summary>
public sealed class GatewayFixture(TestServers servers) : IAsyncLifetime
{
    /// <summary>The secret of the source <c>stripe</c>.</summary>
    public static string StripeSecret { get; } = SimulatedSources.SecretOf("stripe");

    private TcpProxy? _databaseLine;
    private TcpProxy? _brokerLine;

    // TLS ends at the gateway itself, which mutual TLS needs.
    private readonly X509Certificate2 _certificate = ServerCertificate();

    public TcpProxy DatabaseLine => _databaseLine!;

    public TcpProxy BrokerLine => _brokerLine!;

    /// <summary>Answers for the providers that the gateway asks.</summary>
    public SimulatedProviders Providers { get; } = new();

    public RunningService Gateway { get; private set; } = null!;

    /// <summary>Straight to the database, past the line.</summary>
    public string Database { get; private set; } = "";

    /// <summary>Straight to the broker, past the line.</summary>
    public Uri Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await servers.CreateDatabaseAsync("gateway");
        Broker = await servers.CreateBrokerAsync("gateway");
        var database = new NpgsqlConnectionStringBuilder(Database);
        _databaseLine = new TcpProxy(database.Host!, database.Port);
        _brokerLine = new TcpProxy(Broker.Host, Broker.Port);
        Gateway = await StartAsync();
    }

    /// <summary>Another replica on the same database and broker.</summary>
    /// <param name="settings">Configuration keys, over those of the fixture.</param>
    /// <param name="clock">Instead of the machine's.</param>
    /// <param name="replace">What the test replaces in the gateway.</param>
    public Task<RunningService> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null, Action<WebApplicationBuilder>? replace = null) => RunningService.StartAsync(
        "gateway",
        new NpgsqlConnectionStringBuilder(Database) { Host = "127.0.0.1", Port = DatabaseLine.Port, Timeout = 3, CommandTimeout = 5 }.ConnectionString,
        new UriBuilder(Broker) { Host = "127.0.0.1", Port = BrokerLine.Port }.Uri,
        builder =>
        {
            Compose(builder, clock);
            replace?.Invoke(builder);
        },
        app => app.MapGateway(),
        new Dictionary<string, string?>([.. (settings ?? new Dictionary<string, string?>(StringComparer.Ordinal)).Concat(Settings).DistinctBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)], StringComparer.OrdinalIgnoreCase));

    /// <summary>Sends a simulated webhook to the source that is named like its provider, over TLS where it has a certificate to show.</summary>
    public async Task<HttpResponseMessage> SendAsync(string provider, SignedRequest request, CancellationToken cancellationToken)
    {
        var address = request.ClientCertificate is null ? Gateway.Address : Gateway.SecureAddress!;
        using var handler = new SocketsHttpHandler();
        if (request.ClientCertificate is { } shown)
        {
            handler.SslOptions.ClientCertificates = [shown];
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate.GetCertHashString();
        }

        using var client = new HttpClient(handler);
        using var message = request.ToHttpRequestMessage(new Uri(address, $"/webhooks/{provider}"));
        return await client.SendAsync(message, cancellationToken);
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> QueryAsync<T>(string sql, params object[] parameters)
    {
        await using var command = await CommandAsync(sql, parameters);
        await using var connection = command.Connection;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = await CommandAsync(sql, parameters);
        await using var connection = command.Connection;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Bundles in one of the topology's queues.</summary>
    public async Task<uint> MessagesInAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
    }

    /// <summary>Takes all messages out of a queue's bundles and gives their message ids in order.</summary>
    public async Task<IReadOnlyList<string>> DrainAsync(string queue, int expected)
    {
        var ids = new List<string>();
        await Eventually.IsTrue(async () =>
        {
            ids.AddRange((await Bundles.TakeAsync(Broker, queue)).Select(message => message.MessageId.ToString()));
            return ids.Count >= expected;
        });
        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        _databaseLine?.Mend();
        _brokerLine?.Mend();
        await Gateway.DisposeAsync();
        await (_databaseLine?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_brokerLine?.DisposeAsync() ?? ValueTask.CompletedTask);
        _certificate.Dispose();
    }

    private void Compose(WebApplicationBuilder builder, TimeProvider? clock)
    {
        builder.AddGateway();
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton(services => Providers.Before(ActivatorUtilities.CreateInstance<ProviderQueries>(services)));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.UseHttps(_certificate));
        });
    }

    private static X509Certificate2 ServerCertificate()
    {
        var pem = SecretForm.Certificate("localhost").Create();
        return X509Certificate2.CreateFromPem(pem, pem);
    }

    private async Task<NpgsqlCommand> CommandAsync(string sql, object[] parameters)
    {
        var connection = new NpgsqlConnection(Database);
        await connection.OpenAsync();
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return command;
    }

    // A source for every provider that a simulator can speak as, named like it.
    private static Dictionary<string, string?> Settings =>
        SimulatorCatalog.All.SelectMany(simulator => SimulatedSources.SettingsOf(simulator.Provider).Select(setting => KeyValuePair.Create($"Sources:{simulator.Provider}:{setting.Key}", (string?)setting.Value)))
            .Concat(Particular).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string?> Particular => new(StringComparer.OrdinalIgnoreCase)
    {
        // Recovery asks servers of these tests.
        ["Outbound:AllowedNetworks:0"] = "127.0.0.0/8",
        ["Sources:small:Provider"] = "token",
        ["Sources:small:Secrets:0"] = "abc123xyz",
        ["Sources:small:MaxBodyBytes"] = "1000",
        ["Sources:shop:Provider"] = "token",
        ["Sources:shop:Secrets:0"] = "abc123xyz",
        ["Sources:shop:EventIdField"] = "id",
        ["Sources:shop:Map:0:When:event"] = "payment_success",
        ["Sources:shop:Map:0:Event"] = "PaymentCompleted",
        ["Sources:shop:Map:0:Fields:PaymentId"] = "orderId",
        ["Sources:shop:Map:0:Fields:Amount"] = "amount",
        ["Sources:shop:Map:0:Fields:Currency"] = "currency",
    };
}
