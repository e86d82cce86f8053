namespace WebhookPlatform.ServiceDefaults;

/// <summary>The verb <c>healthcheck</c>, for containers whose image has no curl.</summary>
internal static class HealthCheckVerb
{
    public static async Task<int> RunAsync()
    {
        var address = new Uri($"http://localhost:{Port()}/health/live");
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var response = await client.GetAsync(address);
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address}: {failure.Message}");
            return 1;
        }
    }

    private static string Port()
    {
        var urls = Environment.GetEnvironmentVariable("ASPNETCORE_URLS")?.Split(';')[0];
        if (!string.IsNullOrEmpty(urls))
        {
            var host = urls.Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal);
            if (Uri.TryCreate(host, UriKind.Absolute, out var uri))
            {
                return uri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0] ?? "8080";
    }
}
