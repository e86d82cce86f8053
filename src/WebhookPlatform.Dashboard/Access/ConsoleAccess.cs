namespace WebhookPlatform.Dashboard.Access;

internal static class ConsoleAccess
{
    public static void AddConsoleAccess(this WebApplicationBuilder builder) => builder.Services.AddRateLimiter(_ => { });

    public static void MapLogin(this WebApplication app)
    {
    }
}
