using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using WebhookPlatform.Automation;
using WebhookPlatform.Automation.Storage;
using WebhookPlatform.Contracts;
using WebhookPlatform.IntegrationTests.Messaging;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Automation;

/// <summary>The automation service on a database and a virtual host of its own; it can be stopped and started again.</summary>
internal sealed class AutomationHost : IAsyncDisposable
{
    private readonly string _database;
    private readonly Uri _broker;
    private readonly Dictionary<string, string?> _settings;
    private RunningService? _service;

    private AutomationHost(string database, Uri broker, Dictionary<string, string?> settings)
    {
        _database = database;
        _broker = broker;
        _settings = settings;
    }

    /// <summary>With the operator key.</summary>
    public HttpClient Operator => _service!.Operator;

    /// <summary>Without credentials.</summary>
    public HttpClient Client => _service!.Client;

    public static async Task<AutomationHost> StartAsync(TestServers servers, params (string Key, string Value)[] settings) =>
        await StartAsync(await servers.CreateDatabaseAsync("automation"), servers, settings);

    /// <param name="database">An Npgsql connection string.</param>
    public static async Task<AutomationHost> StartAsync(string database, TestServers servers, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Outbound:AllowPrivateNetworks"] = "true",
            ["Automation:FirstPause"] = "00:00:00.050",
            ["Automation:LongestPause"] = "00:00:00.500",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var host = new AutomationHost(database, await servers.CreateBrokerAsync("automation"), all);
        await host.StartAsync();
        return host;
    }

    public async Task StartAsync() =>
        _service = await RunningService.StartAsync("automation", _database, _broker, builder => builder.AddAutomation(), app => app.MapAutomation(), _settings);

    public async Task StopAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
            _service = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Publishes an event as the gateway does: through an outbox, with the event's id as message id unless another is given.</summary>
    public Task PublishAsync(IDomainEvent domainEvent, int times = 1, Guid? messageId = null) => WithDatabaseAsync(async db =>
    {
        for (var time = 0; time < times; time++)
        {
            db.Set<OutboxMessage>().Add(OutboxMessage.For(domainEvent, messageId ?? domainEvent.Metadata.EventId, default));
        }

        return await db.SaveChangesAsync();
    });

    public async Task<T> WithDatabaseAsync<T>(Func<AutomationDbContext, Task<T>> use)
    {
        await using var db = await _service!.Services.GetRequiredService<IDbContextFactory<AutomationDbContext>>().CreateDbContextAsync();
        return await use(db);
    }

    /// <summary>Whether everything published so far has been handled: nothing in the outbox, nothing in the queue.</summary>
    public async Task<bool> IsIdleAsync()
    {
        var factory = new ConnectionFactory { Uri = _broker };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var waiting = await channel.MessageCountAsync("automation");
        return waiting == 0 && !await WithDatabaseAsync(db => db.Set<OutboxMessage>().AnyAsync());
    }

    /// <summary>Takes the messages of one contract out of another service's queue, dropping the rest.</summary>
    public async Task<IReadOnlyList<T>> DrainAsync<T>(string queue) =>
        [.. (await Bundles.TakeAsync(_broker, queue)).Where(message => message.Name == typeof(T).Name).Select(message => (T)message.Read())];
}
