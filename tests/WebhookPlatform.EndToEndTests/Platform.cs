using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.EndToEndTests;

/// <summary>The four services as processes, on a virtual host and databases of their own.</summary>
public sealed class Platform : IAsyncLifetime
{
    public const string OperatorKey = "operator-key-of-the-tests";

    private readonly TestServers _servers = new();
    private readonly Dictionary<string, ServiceProcess> _services = [];

    public ServiceProcess Gateway => _services["gateway"];

    public ServiceProcess Dashboard => _services["dashboard"];

    public ServiceProcess Notifications => _services["notifications"];

    public ServiceProcess Automation => _services["automation"];

    /// <summary>Gets the spans that the services export.</summary>
    public SpanCatcher Spans { get; private set; } = null!;

    /// <summary>What can be sent to a gateway that is another process: it asks the real providers for their certificates and keys, and has no TLS of its own.</summary>
    public static IEnumerable<IProviderSimulator> Senders =>
        SimulatorCatalog.All.Where(simulator => simulator.Proof.Place is not ProofPlace.Connection && simulator.Serves(SimulatedSources.Context(simulator.Provider, TimeProvider.System, new Random())).Count == 0);

    public async ValueTask InitializeAsync()
    {
        Spans = await SpanCatcher.StartAsync();
        var broker = await _servers.CreateBrokerAsync("platform");
        var mail = Directory.CreateTempSubdirectory("webhooks-mail-").FullName;
        foreach (var name in new[] { "gateway", "dashboard", "notifications", "automation" })
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["ConnectionStrings__Database"] = await _servers.CreateDatabaseAsync(name),
                ["ConnectionStrings__RabbitMq"] = broker.ToString(),
                ["Operator__ApiKey"] = OperatorKey,
                ["Outbound__AllowPrivateNetworks"] = "true",
                ["Notifications__MailFolder"] = mail,
                ["Ledger__FirstLook"] = "00:00:02",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Spans.Address.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            };
            if (_services.TryGetValue("gateway", out var gateway))
            {
                environment["Gateway__Url"] = gateway.Address.ToString();
            }
            else
            {
                AddSources(environment);
            }

            _services[name] = new ServiceProcess(name, ServiceProcess.FreePort(), OperatorKey, environment);
            _services[name].Start();
        }

        await Task.WhenAll(_services.Values.Select(service => service.IsReady()));
    }

    /// <summary>Sends a webhook to the source named like its provider, until it is acknowledged as a provider would.</summary>
    /// <returns>The delivery's id, and whether the gateway knew it already; no id where the provider is answered in a way of its own.</returns>
    public async Task<(Guid? DeliveryId, bool Duplicate)> SendAsync(string provider, SignedRequest webhook, string? traceParent = null)
    {
        var answer = await Eventually.Is(() => TrySendAsync(provider, webhook, traceParent), answer => answer.Acknowledged);
        return (answer.DeliveryId, answer.Duplicate);
    }

    /// <summary>A signed webhook as the provider sends it.</summary>
    public static SignedRequest Make(string provider, string eventType, int seed, Story? story = null) =>
        SimulatorCatalog.Find(provider)!.Create(eventType, SimulatedSources.Context(provider, TimeProvider.System, new Random(seed), story));

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }

        await Spans.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private async Task<(bool Acknowledged, Guid? DeliveryId, bool Duplicate)> TrySendAsync(string provider, SignedRequest webhook, string? traceParent)
    {
        using var request = webhook.ToHttpRequestMessage(new Uri(Gateway.Address, $"/webhooks/{provider}"));
        if (traceParent is not null)
        {
            request.Headers.Add("traceparent", traceParent);
        }

        using var response = await Gateway.Operator.SendAsync(request);
        if (response.StatusCode is HttpStatusCode.ServiceUnavailable)
        {
            return default;
        }

        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
        if (response.Content.Headers.ContentType?.MediaType is not "application/json")
        {
            return (true, null, false);
        }

        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        // Discord's answer is JSON of its own.
        return answer.TryGetProperty("deliveryId", out var delivery) ? (true, delivery.GetGuid(), answer.GetProperty("duplicate").GetBoolean()) : (true, null, false);
    }

    private static void AddSources(Dictionary<string, string> environment)
    {
        foreach (var provider in SimulatorCatalog.All.Select(simulator => simulator.Provider))
        {
            foreach (var (key, value) in SimulatedSources.SettingsOf(provider))
            {
                environment[$"Sources__{provider}__{key.Replace(":", "__", StringComparison.Ordinal)}"] = value;
            }
        }
    }
}
