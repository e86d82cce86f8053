using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Benchmarks.Contenders;

/// <summary>
/// The limit: the same Kestrel, the same route and the gateway's own verification; what is proven is discarded. Also takes the calls of automation's rules at <c>/hook</c>,
/// because somebody has to.
/// </summary>
internal static class BareServer
{
    public const string Name = "bare";

    public static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var source = SourceFromEnvironment();
        var app = builder.Build();
        app.Map("/webhooks/{source}", (RequestDelegate)(context => HandleAsync(context, source)));
        app.MapPost("/hook", () => Results.NoContent());
        return app;
    }

    /// <summary>The Stripe source whose secret the environment gives.</summary>
    public static Source SourceFromEnvironment() => new()
    {
        Name = Load.StripeRequests.Source,
        Provider = new StripeProvider(),
        Secrets = [new SourceSecret(Environment.GetEnvironmentVariable(ContenderSettings.Secret)!)],
    };

    /// <summary>The request as it came, if it is proven to be from the provider; else it has been answered.</summary>
    public static async Task<RawRequest?> ReadProvenAsync(HttpContext context, Source source)
    {
        var body = new byte[(int)context.Request.ContentLength!.Value];
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
        var request = new RawRequest(HttpMethods.Post, "", context.Request.Headers, body);
        if (source.Provider.Verify(request, source, TimeProvider.System.GetUtcNow()).IsValid)
        {
            return request;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return null;
    }

    /// <summary>Answers as the gateway does.</summary>
    public static async Task AcceptAsync(HttpContext context, Guid delivery)
    {
        var answer = System.Text.Encoding.ASCII.GetBytes($"{{\"deliveryId\":\"{delivery}\",\"duplicate\":false}}");
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private static async Task HandleAsync(HttpContext context, Source source)
    {
        if (await ReadProvenAsync(context, source) is not null)
        {
            await AcceptAsync(context, Guid.CreateVersion7());
        }
    }
}

/// <summary>The environment of contenders that live in this project.</summary>
internal static class ContenderSettings
{
    /// <summary>The Stripe source's secret.</summary>
    public const string Secret = "BENCH_SECRET";

    /// <summary>Npgsql connection string of the contender's own database.</summary>
    public const string Database = "BENCH_DATABASE";
}
