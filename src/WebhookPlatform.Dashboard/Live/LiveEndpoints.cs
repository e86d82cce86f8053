using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Live;

/// <summary>Live updates for browsers, tools and scripts: SignalR at <c>/hubs/live</c> and server-sent events at <c>/api/live</c>.</summary>
public static class LiveEndpoints
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void AddLive(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<LiveFeed>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        builder.Services.AddSingleton<ChangeBroadcast>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ChangeBroadcast>());
        builder.Services.AddSignalR();
    }

    public static void MapLive(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHub<LiveHub>("/hubs/live");
        endpoints.MapGet("/api/live", StreamAsync)
            .WithName("Live").WithTags("Live")
            .WithSummary("Live updates as server-sent events")
            .WithDescription("The first event is a full frame; then a frame follows every change, 4 to 20 a second at most, depending on load. Whoever reconnects starts with a full frame again.")
            .Produces<LiveFrame>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesProblem(StatusCodes.Status401Unauthorized);
    }

    private static async Task StreamAsync(HttpContext context, LiveFeed feed, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // A stream never ends by itself; without this the service would wait for it when it stops.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await WriteAsync(context.Response, feed, clock, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client left or the service stops: both are an ordinary end.
        }
    }

    private static async Task WriteAsync(HttpResponse response, LiveFeed feed, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var subscription = feed.Join();
        var body = response.BodyWriter;
        await body.WriteAsync("retry: 2000\n\n"u8.ToArray(), cancellationToken);
        var next = subscription.Mailbox.TakeAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                var update = await next.WaitAsync(Heartbeat, clock, cancellationToken);
                body.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {update.Frame.Sequence}\ndata: ")));
                body.Write(update.Json.Span);
                body.Write("\n\n"u8);
                await body.FlushAsync(cancellationToken);
                next = subscription.Mailbox.TakeAsync(cancellationToken).AsTask();
            }
            catch (TimeoutException)
            {
                await body.WriteAsync(": still here\n\n"u8.ToArray(), cancellationToken);
            }
        }
    }
}
