namespace WebhookPlatform.Dashboard.Storage;

internal static class RetentionService
{
    public static void AddRetention(this WebApplicationBuilder builder)
    {
    }
}
