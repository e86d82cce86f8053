using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace WebhookPlatform.ServiceDefaults.Telemetry;

/// <summary>Serilog as a logging provider: readable lines by default, one JSON object a line with <c>Logging:Format=json</c>, and OTLP where an endpoint is set.</summary>
internal static class ServiceLogging
{
    private const string LineFormat = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext:l} {Message:lj}{NewLine}{Exception}";

    public static void AddServiceLogging(this WebApplicationBuilder builder, string name)
    {
        var isTraced = ServiceTelemetry.IsTraced(builder.Configuration);
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            // It says nothing above Information; that it could is what makes ASP.NET Core start a span and a log scope for every request.
            .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", isTraced ? LogEventLevel.Warning : LevelAlias.Off)
            // What fails here throws, and whoever catches it tells; the first look at an empty database fails on purpose.
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore", LogEventLevel.Fatal)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Fatal)
            .MinimumLevel.Override("System.Net.Http.HttpClient", LogEventLevel.Warning)
            .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)
            .MinimumLevel.Override("WebhookPlatform.ServiceDefaults.Operator", LogEventLevel.Warning)
            .MinimumLevel.Override("Polly", LogEventLevel.Warning)
            .ReadFrom.Configuration(builder.Configuration)
            // Service.RunAsync tells why, or the crash does.
            .Filter.ByExcluding(line => string.Equals(line.MessageTemplate.Text, "Hosting failed to start", StringComparison.Ordinal))
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Service", name);
        builder.Services.AddOptions<LoggingOptions>()
            .BindConfiguration("Logging")
            .Validate(options => options.IsText || options.IsJson, "Logging:Format must be 'text' or 'json'.")
            .ValidateOnStart();
        if (new LoggingOptions { Format = builder.Configuration["Logging:Format"] }.IsJson)
        {
            logger.WriteTo.Console(new RenderedCompactJsonFormatter());
        }
        else
        {
            logger.WriteTo.Console(outputTemplate: LineFormat, formatProvider: System.Globalization.CultureInfo.InvariantCulture);
        }

        if (isTraced)
        {
            logger.WriteTo.OpenTelemetry(options => options.ResourceAttributes = new Dictionary<string, object>(StringComparer.Ordinal) { ["service.name"] = name });
        }

        // A provider, not the factory: other providers (Aspire's among them) go on seeing every line.
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(logger.CreateLogger(), dispose: true);
    }

    private sealed class LoggingOptions
    {
        public string? Format { get; init; }

        public bool IsText => string.IsNullOrEmpty(Format) || string.Equals(Format, "text", StringComparison.OrdinalIgnoreCase);

        public bool IsJson => string.Equals(Format, "json", StringComparison.OrdinalIgnoreCase);
    }
}
