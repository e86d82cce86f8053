using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebhookPlatform.ServiceDefaults;

/// <summary><c>/health/live</c> says the process runs; <c>/health/ready</c> says what it depends on answers.</summary>
internal static class ServiceHealth
{
    public static void MapServiceHealth(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/health/live", _ => false);
        Map(endpoints, "/health/ready", check => check.Tags.Contains("ready"));
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, Func<HealthCheckRegistration, bool> predicate) =>
        endpoints.MapHealthChecks(path, new HealthCheckOptions { Predicate = predicate, ResponseWriter = WriteAsync }).AllowAnonymous();

    // Names and states only: descriptions and exceptions may name hosts and users.
    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new HealthAnswer(report.Status.ToString(), report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status.ToString(), StringComparer.Ordinal)),
            context.RequestAborted);

    private sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, string> Checks);
}
