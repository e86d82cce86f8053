using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway.Recovery;

/// <summary>A local server that behaves like a provider's API: wants the key, keeps things for a time, answers in pages. The test may get in between.</summary>
internal abstract class ProviderApi : IAsyncDisposable
{
    public const string Key = "api_key_of_the_tests";

    private WebReceiver? _server;

    public string Address => _server!.Address.AbsoluteUri.TrimEnd('/');

    /// <summary>Paths and queries that were answered with 200, in order.</summary>
    public List<string> Answered { get; } = [];

    /// <summary>Called before each request; true when the test has answered it.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }

    /// <summary>The recovery settings of a source at this provider, with neither grace nor schedule.</summary>
    public abstract object Settings(string? every = null);

    public async Task StartAsync() => _server = await WebReceiver.StartAsync(async (context, _) =>
    {
        if (Before is { } before && await before(context))
        {
            return;
        }

        if (!IsAuthorized(context.Request.Headers))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var (status, body) = Answer(context);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (status == StatusCodes.Status200OK)
        {
            lock (Answered)
            {
                Answered.Add(context.Request.Path + context.Request.QueryString);
            }
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    });

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected abstract bool IsAuthorized(IHeaderDictionary headers);

    protected abstract (int Status, string Body) Answer(HttpContext context);
}
