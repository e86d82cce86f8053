using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace WebhookPlatform.ServiceDefaults.Telemetry;

/// <summary>Metrics always (<c>/metrics</c>); traces where an OTLP endpoint is set, since spans nobody collects only cost.</summary>
internal static class ServiceTelemetry
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Whether somebody collects traces and logs.</summary>
    public static bool IsTraced(IConfiguration configuration) => IsAddress(configuration[OtlpEndpoint]);

    public static void AddServiceTelemetry(this WebApplicationBuilder builder, string name)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, serviceNamespace: "webhookplatform"))
            .WithMetrics(metrics => metrics
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Diagnostics", "Microsoft.AspNetCore.Components", "WebhookPlatform.*", "MassTransit", "Npgsql")
                .AddPrometheusExporter());
        builder.Services.AddOptions<CollectorOptions>()
            .Configure<IConfiguration>((options, configuration) => options.Endpoint = configuration[OtlpEndpoint])
            .Validate(options => string.IsNullOrEmpty(options.Endpoint) || IsAddress(options.Endpoint), OtlpEndpoint + " must be an http or https address, e.g. http://localhost:4317.")
            .ValidateOnStart();
        if (!IsTraced(builder.Configuration))
        {
            return;
        }

        telemetry
            .WithTracing(traces => traces
                .AddAspNetCoreInstrumentation(options => options.Filter = context =>
                    !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) && !context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal))
                .AddHttpClientInstrumentation()
                .AddSource("WebhookPlatform.*", "MassTransit")
                .AddNpgsql())
            .UseOtlpExporter();
    }

    private static bool IsAddress(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private sealed class CollectorOptions
    {
        public string? Endpoint { get; set; }
    }
}
