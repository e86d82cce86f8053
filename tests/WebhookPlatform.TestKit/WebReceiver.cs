using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WebhookPlatform.TestKit;

/// <summary>A web server on a free port of 127.0.0.1 that keeps the requests it gets and answers as the test says.</summary>
public sealed class WebReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<WebRequest> _requests = new();

    private WebReceiver(WebApplication application) => _application = application;

    /// <summary>All requests, in order of arrival; each is here before it is answered.</summary>
    public IReadOnlyList<WebRequest> Requests => [.. _requests];

    public Uri Address { get; private set; } = null!;

    /// <param name="answer">Gets the request and how many came before it; without it every request is answered 200.</param>
    public static async Task<WebReceiver> StartAsync(Func<HttpContext, int, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebReceiver(builder.Build());
        var before = -1;
        receiver._application.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var number = Interlocked.Increment(ref before);
            receiver._requests.Enqueue(new WebRequest(context.Request.Method, context.Request.Path, headers, body.ToArray()));
            await (answer?.Invoke(context, number) ?? Task.CompletedTask);
        });
        await receiver._application.StartAsync();
        receiver.Address = new Uri(receiver._application.Urls.Single());
        return receiver;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}

/// <summary>A request as it came.</summary>
public sealed record WebRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
