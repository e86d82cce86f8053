using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.ServiceDefaults;

namespace WebhookPlatform.TestKit;

/// <summary>A service in this process, composed as its Program composes it, on a port of its own and real servers.</summary>
public sealed class RunningService : IAsyncDisposable
{
    /// <summary>The operator key of services under test.</summary>
    public const string OperatorKey = "operator-key-of-the-tests";

    private readonly WebApplication _app;

    private RunningService(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address)).ToList();
        Address = addresses.First(address => address.Scheme is "http");
        SecureAddress = addresses.FirstOrDefault(address => address.Scheme is "https");
        Client = new HttpClient { BaseAddress = Address };
        Operator = new HttpClient { BaseAddress = Address };
        Operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
    }

    public Uri Address { get; }

    /// <summary>Over TLS, where the test has composed the service so.</summary>
    public Uri? SecureAddress { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Without credentials.</summary>
    public HttpClient Client { get; }

    /// <summary>With the operator key.</summary>
    public HttpClient Operator { get; }

    /// <summary>Starts a service and waits until it is ready. Its database is migrated first.</summary>
    /// <param name="configure">The service's own composition, e.g. <c>builder => builder.AddGateway()</c>, and what the test replaces in it.</param>
    /// <param name="settings">Configuration keys, over the defaults for tests.</param>
    public static async Task<RunningService> StartAsync(
        string name,
        string database,
        Uri broker,
        Action<WebApplicationBuilder> configure,
        Action<WebApplication> map,
        IReadOnlyDictionary<string, string?>? settings = null,
        bool waitUntilReady = true)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ApplicationName = $"WebhookPlatform.{char.ToUpperInvariant(name[0])}{name[1..]}" });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["ConnectionStrings:Database"] = database,
            ["ConnectionStrings:RabbitMq"] = broker.ToString(),
            ["Operator:ApiKey"] = OperatorKey,
            ["Database:MigrateAtStart"] = "true",
            ["Serilog:MinimumLevel:Default"] = "Warning",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>(StringComparer.Ordinal));
        builder.AddServiceDefaults(name);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        configure(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        map(app);
        await app.StartAsync();
        var service = new RunningService(app);
        if (waitUntilReady)
        {
            await service.IsReady();
        }

        return service;
    }

    /// <summary>Ends when the service says it is ready.</summary>
    public Task IsReady() => Eventually.Is(async () => await Client.GetStringAsync(new Uri("/health/ready", UriKind.Relative)), answer => answer.Contains("\"status\":\"Healthy\"", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Operator.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
