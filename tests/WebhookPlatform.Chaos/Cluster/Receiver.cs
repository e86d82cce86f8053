using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WebhookPlatform.Chaos.Load;

namespace WebhookPlatform.Chaos.Cluster;

/// <summary>The other side of the rule's HTTP action: remembers which idempotency keys came for which event. One request in forty fails at first, so that the run tries again; canaries are spared.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private const int FailsOneIn = 40;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _calls = new(StringComparer.Ordinal);
    private readonly WebApplication _application;

    private Receiver(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single());

    /// <summary>By the provider's event id: how often each <c>webhook-id</c> came.</summary>
    public IReadOnlyDictionary<string, ConcurrentDictionary<string, int>> Calls => _calls;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._application.Run(receiver.TakeAsync);
        await receiver._application.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var eventId = body.RootElement.GetProperty("data").GetProperty("metadata").GetProperty("providerEventId").GetString()!;
        var keys = _calls.GetOrAdd(eventId, _ => new ConcurrentDictionary<string, int>(StringComparer.Ordinal));
        var times = keys.AddOrUpdate(context.Request.Headers["webhook-id"].ToString(), 1, (_, before) => before + 1);
        var isUnlucky = times == 1 && !eventId.StartsWith(Webhook.CanaryPrefix, StringComparison.Ordinal) && eventId.Aggregate(17u, (hash, letter) => unchecked((hash * 31) + letter)) % FailsOneIn == 0;
        context.Response.StatusCode = isUnlucky ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
    }
}
