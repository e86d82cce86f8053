namespace WebhookPlatform.Dashboard.Console;

/// <summary>The operator console: pages for people.</summary>
public static class ConsolePages
{
    public static WebApplicationBuilder AddConsole(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapConsole(this WebApplication app) => app;
}
