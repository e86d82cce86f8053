namespace WebhookPlatform.Dashboard.Queries;

internal static class QueryEndpoints
{
    public static void MapQueries(this WebApplication app)
    {
    }
}
