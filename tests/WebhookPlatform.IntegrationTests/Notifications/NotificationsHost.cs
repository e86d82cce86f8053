using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.IntegrationTests.Messaging;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Wire;
using WebhookPlatform.Notifications;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.Notifications.Storage;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Notifications;

/// <summary>A database, a broker and a mail folder that outlive the service.</summary>
internal sealed record NotificationsGround(string Database, Uri Broker, string MailFolder)
{
    public static async Task<NotificationsGround> PrepareAsync(TestServers servers) =>
        new(await servers.CreateDatabaseAsync("notifications"), await servers.CreateBrokerAsync("notifications"), Directory.CreateTempSubdirectory("webhooks-mail-").FullName);
}

/// <summary>The notifications service as it runs in production, in this process.</summary>
public sealed class NotificationsHost : IAsyncDisposable
{
    private readonly RunningService _service;
    private readonly List<BundledMessage> _published = [];

    private NotificationsHost(RunningService service, NotificationsGround ground)
    {
        _service = service;
        Ground = ground;
    }

    internal NotificationsGround Ground { get; }

    /// <summary>Sends the operator key.</summary>
    public HttpClient Client => _service.Operator;

    public IServiceProvider Services => _service.Services;

    internal static async Task<NotificationsHost> StartAsync(NotificationsGround ground, params (string Key, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Outbound:AllowPrivateNetworks"] = "true",
            ["Notifications:MailFolder"] = ground.MailFolder,
            ["Notifications:Sending:FirstPause"] = "00:00:00.050",
            ["Notifications:Sending:StopGrace"] = "00:00:00.100",
        };
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        return new NotificationsHost(await RunningService.StartAsync("notifications", ground.Database, ground.Broker, builder => builder.AddNotifications(), app => app.MapNotifications(), configuration), ground);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    /// <summary>Publishes as another service would: through an outbox, with a message id that stays the same when it is published again.</summary>
    public async Task PublishAsync(object message, Guid messageId)
    {
        await using var db = await OpenAsync();
        db.Add(OutboxMessage.For(message, messageId, default));
        await db.SaveChangesAsync();
    }

    /// <summary>The notifications of an event, those of the default subscriptions included.</summary>
    public async Task<IReadOnlyList<Notification>> RowsAsync(Guid eventId)
    {
        await using var db = await OpenAsync();
        return await db.Notifications.AsNoTracking().Include(row => row.History.OrderBy(attempt => attempt.Id)).Where(row => row.EventId == eventId).ToListAsync();
    }

    /// <summary>What was published for the dashboard so far, in order.</summary>
    public async Task<IReadOnlyList<BundledMessage>> PublishedAsync()
    {
        _published.AddRange(await Bundles.TakeAsync(Ground.Broker, Topology.Dashboard));
        return _published;
    }

    /// <summary>Creates a subscription, which must be a good one.</summary>
    /// <returns>Its id.</returns>
    public async Task<Guid> SubscribeAsync(object body)
    {
        using var answer = await Client.PostAsJsonAsync("/api/subscriptions", body);
        var json = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, json);
        return JsonDocument.Parse(json).RootElement.GetProperty("id").GetGuid();
    }

    public async Task<JsonElement> GetAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path);

    internal async Task<NotificationsDbContext> OpenAsync() => await _service.Services.GetRequiredService<IDbContextFactory<NotificationsDbContext>>().CreateDbContextAsync();
}

/// <summary>One running service for tests that do not disturb each other.</summary>
public sealed class RunningNotifications(TestServers servers) : IAsyncLifetime
{
    public NotificationsHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await NotificationsHost.StartAsync(await NotificationsGround.PrepareAsync(servers));

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
