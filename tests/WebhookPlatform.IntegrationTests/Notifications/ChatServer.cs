using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace WebhookPlatform.IntegrationTests.Notifications;

/// <summary>An incoming webhook as a chat server offers it.</summary>
internal sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Post> _posts = [];

    private ChatServer(WebApplication app) => _app = app;

    /// <summary>What it answers; 200 at first.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public string Url => _app.Urls.Single() + "/services/T000/B000/very-secret-token";

    public IReadOnlyCollection<Post> Posts => _posts;

    public static async Task<ChatServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ChatServer(app);
        app.Run(server.TakeAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        _posts.Enqueue(new Post(DateTimeOffset.UtcNow, context.Request.Headers["Idempotency-Key"].ToString(), await reader.ReadToEndAsync()));
        await Answer(context);
    }

    internal sealed record Post(DateTimeOffset At, string IdempotencyKey, string Body);
}
