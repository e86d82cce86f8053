using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.Dashboard;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.IntegrationTests.Messaging;
using WebhookPlatform.Messaging;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Dashboard;

/// <summary>One replica of the dashboard, as it runs for users.</summary>
internal sealed class DashboardApp : IAsyncDisposable
{
    public static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly RunningService _service;

    private DashboardApp(RunningService service)
    {
        _service = service;
        Anonymous = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = service.Address };
    }

    public Uri Address => _service.Address;

    public IServiceProvider Services => _service.Services;

    /// <summary>Sends the operator key.</summary>
    public HttpClient Operator => _service.Operator;

    /// <summary>Sends no key, follows no redirect and keeps no cookie.</summary>
    public HttpClient Anonymous { get; }

    private IBus Bus => Services.GetRequiredService<IBus>();

    public LiveFeed Feed => Services.GetRequiredService<LiveFeed>();

    public static async Task<DashboardApp> StartAsync(string database, Uri broker, IReadOnlyDictionary<string, string?>? settings = null) =>
        new(await RunningService.StartAsync("dashboard", database, broker, builder => builder.AddDashboard(), app => app.MapDashboard(), settings));

    public static async Task<DashboardApp> StartAsync(TestServers servers) =>
        await StartAsync(await servers.CreateDatabaseAsync("dashboard"), await servers.CreateBrokerAsync("dashboard"));

    /// <summary>Sends a message as a relay does, in a bundle of its own.</summary>
    public Task PublishAsync(object message, Guid? messageId = null) => Bundles.SendAsync(Bus, Topology.Dashboard, (message, messageId ?? Guid.NewGuid()));

    /// <summary>Sends messages in one bundle.</summary>
    public Task PublishTogetherAsync(IEnumerable<object> messages) => Bundles.SendAsync(Bus, Topology.Dashboard, [.. messages.Select(message => (message, Guid.NewGuid()))]);

    /// <summary>Ends when notices of other replicas arrive.</summary>
    public Task ConnectedAsync() => Eventually.IsTrue(() => Task.FromResult(Feed.IsLive));

    public async Task<T> GetAsync<T>(string path) =>
        (await Operator.GetFromJsonAsync<T>(new Uri(path, UriKind.Relative), Web, TestContext.Current.CancellationToken))!;

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        await _service.DisposeAsync();
    }
}
