using MudBlazor.Services;
using WebhookPlatform.Dashboard.Console.Gateway;

namespace WebhookPlatform.Dashboard.Console;

/// <summary>The operator console: pages for people.</summary>
public static class ConsolePages
{
    /// <summary>Adds the pages and what they read from.</summary>
    public static WebApplicationBuilder AddConsole(this WebApplicationBuilder builder)
    {
        // Outside Development, an unpublished build would not find its stylesheets and scripts.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        builder.Services.AddScoped<ConsoleSession>();
        builder.Services.AddOptions<GatewayOptions>()
            .BindConfiguration("Gateway")
            .Validate(options => options.IsValid, "Gateway:Url must be an absolute http or https address, e.g. http://localhost:5100.")
            .ValidateOnStart();
        // Every request has a patience of its own, which also bounds the reading of the answer.
        builder.Services.AddHttpClient<GatewayClient>(http => http.Timeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddTransient<GatewayDeliveries>();
        builder.Services.AddTransient<GatewaySources>();
        return builder;
    }

    /// <summary>Maps the pages and their files; only the login page and the files answer without a login.</summary>
    public static WebApplication MapConsole(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
