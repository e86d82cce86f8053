using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WebhookPlatform.EndToEndTests;

/// <summary>An OTLP endpoint (HTTP, protobuf) that keeps what it gets.</summary>
public sealed class SpanCatcher : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _exports = [];
    private readonly WebApplication _app;

    private SpanCatcher(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<SpanCatcher> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var catcher = new SpanCatcher(builder.Build());
        catcher._app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            catcher._exports.Enqueue(body.ToArray());
        });
        catcher._app.MapPost("/v1/{other}", () => { });
        await catcher._app.StartAsync();
        return catcher;
    }

    /// <summary>Whether a service has exported spans of a trace. Names and ids stand in protobuf as they are, so looking for their bytes is enough.</summary>
    public bool Has(string service, string traceId) => _exports.Any(export =>
        export.AsSpan().IndexOf(Encoding.UTF8.GetBytes(service)) >= 0 && export.AsSpan().IndexOf(Convert.FromHexString(traceId)) >= 0);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
